import type { CloseReason, StatusMapping, StatusValue } from "./mapping.ts";
import type { ItemState, StatusBase } from "./model.ts";

/** What the status of a pair depends on at GitHub's side. */
export interface ItemStatus {
  readonly kind: "issue" | "pullRequest";
  readonly state: ItemState;
  readonly reason: CloseReason | null;
}

/**
 * What becomes of a pair's status.
 *
 * - `unlisted`: the page's status is not in the mapping; nothing is done to the item.
 * - `firstSight`: the page means closed, the item is open or closed as something else, and nobody saw the change: it is listed, and
 *   nothing is closed, until a side moves.
 */
export type StatusMerge =
  | { readonly kind: "agreed" }
  | { readonly kind: "kept" }
  | { readonly kind: "unlisted" }
  | { readonly kind: "firstSight" }
  | { readonly kind: "conflict" }
  | { readonly kind: "toGithub"; readonly value: StatusValue; readonly conflict: boolean; readonly why: string }
  | { readonly kind: "toNotion"; readonly status: string; readonly conflict: boolean; readonly why: string };

/** Finds what a status means; `undefined` for an empty or unlisted one. */
export function findStatusValue(mapping: StatusMapping, status: string | null): StatusValue | undefined {
  return mapping.values.find(({ name }) => name === status)?.value;
}

/** Tells whether a page with this status may stay as it is while its item is as it is. */
export function isAgreeing(mapping: StatusMapping, value: StatusValue, item: ItemStatus): boolean {
  if (value.item !== "closed") return item.state === "open";
  return agreeingClosed(mapping, item).includes(value);
}

/** The closed values that say what this item is; all closed ones when none says it exactly. */
function agreeingClosed(mapping: StatusMapping, item: ItemStatus): readonly StatusValue[] {
  if (item.state === "open") return [];
  const closed = mapping.values.map(({ value }) => value).filter((value) => value.item === "closed");
  for (const wanted of closedTests(item)) {
    const matching = closed.filter(wanted);
    if (matching.length > 0) return matching;
  }
  return closed;
}

function closedTests(item: ItemStatus): readonly ((value: StatusValue) => boolean)[] {
  if (item.state === "merged") return [(value) => value.pullRequest === "merge" || value.pullRequest === "autoMerge"];
  if (item.kind === "pullRequest") return [(value) => value.pullRequest === "close"];
  if (item.reason === null) return [];
  const exact = (value: StatusValue): boolean => value.reason === item.reason;
  return item.reason === "duplicate" ? [exact, (value) => value.reason === "not_planned"] : [exact];
}

/** The status that a page takes from its item; `undefined` when the mapping has none that fits. */
export function statusFromItem(mapping: StatusMapping, item: ItemStatus, reopened: boolean): string | undefined {
  if (item.state === "open") {
    const preferred = reopened ? mapping.reopened : mapping.created;
    return preferred ?? mapping.values.find(({ value }) => value.item === "open")?.name;
  }
  const agreeing = agreeingClosed(mapping, item);
  return mapping.values.find(({ value }) => agreeing.includes(value))?.name;
}

/**
 * Decides the status of a linked pair by three-way merge through the value map.
 *
 * @remarks Pure. Closing needs a seen change: without a base a page that means closed closes nothing.
 */
export function mergeStatus(
  mapping: StatusMapping,
  base: StatusBase | undefined,
  page: string | null,
  item: ItemStatus,
): StatusMerge {
  const value = findStatusValue(mapping, page);
  if (value && isAgreeing(mapping, value, item)) return { kind: "agreed" };
  const pageMoved = mapping.direction !== "toNotion" && (!base || page !== base.page);
  const itemMoved = mapping.direction !== "toGithub" && (!base || item.state !== base.state || item.reason !== base.reason);
  if (!value) return mergeUnlisted(mapping, base, page, item, { pageMoved, itemMoved });
  if (!pageMoved && !itemMoved) return isStandingOff(mapping, base, value, item) ? { kind: "firstSight" } : { kind: "kept" };
  if (!itemMoved) return toGithub(value, base, false);
  if (!pageMoved) return toNotion(mapping, base, item, false);
  if (mapping.conflict === "notion") return toGithub(value, base, true);
  if (mapping.conflict === "github") return toNotion(mapping, base, item, true);
  return { kind: "conflict" };
}

/** An empty status takes the item's, as an empty field does; an unlisted one only when the item moved: it says nothing itself. */
function mergeUnlisted(
  mapping: StatusMapping,
  base: StatusBase | undefined,
  page: string | null,
  item: ItemStatus,
  { pageMoved, itemMoved }: { readonly pageMoved: boolean; readonly itemMoved: boolean },
): StatusMerge {
  if (page === null) return itemMoved ? toNotion(mapping, base, item, false) : { kind: "kept" };
  const isOneWay = mapping.direction === "toNotion";
  if (!itemMoved || (!base && !isOneWay)) return isOneWay ? { kind: "kept" } : { kind: "unlisted" };
  if (pageMoved && mapping.conflict === "hold") return { kind: "conflict" };
  return toNotion(mapping, base, item, pageMoved);
}

/** Both sides are as they were when a page that means closed, or closed as something else, was first seen: that stays listed until one moves. */
function isStandingOff(mapping: StatusMapping, base: StatusBase | undefined, value: StatusValue, item: ItemStatus): boolean {
  const isAsSeen = item.state === base?.state && item.reason === base.reason;
  return mapping.direction !== "toNotion" && value.item === "closed" && isAsSeen;
}

function toGithub(value: StatusValue, base: StatusBase | undefined, conflict: boolean): StatusMerge {
  if (!base && value.item === "closed") return { kind: "firstSight" };
  return { kind: "toGithub", value, conflict, why: conflict ? `${clash(base)}; Notion stands` : "changed in Notion" };
}

function toNotion(mapping: StatusMapping, base: StatusBase | undefined, item: ItemStatus, conflict: boolean): StatusMerge {
  const reopened = item.state === "open" && base !== undefined && base.state !== "open";
  const status = statusFromItem(mapping, item, reopened);
  if (status === undefined) return { kind: "kept" };
  return { kind: "toNotion", status, conflict, why: conflict ? `${clash(base)}; GitHub stands` : "changed on GitHub" };
}

function clash(base: StatusBase | undefined): string {
  return base ? "changed on both sides" : "differs at first sight";
}
