import { isEmptyValue, isSameValue, isSet } from "./field-value.ts";
import type { ConflictRule, Direction } from "./mapping.ts";
import type { FieldBase, FieldValue, Side } from "./model.ts";

/**
 * What becomes of one field.
 *
 * - `agreed`: both sides stand as they are, and are the base from now on.
 * - `kept`: nothing happens and the base stays.
 * - `write`: each side named takes its value; `conflict` is set when a value lost.
 * - `conflict`: a person decides; neither side is touched.
 */
export type FieldMerge =
  | { readonly kind: "agreed" }
  | { readonly kind: "kept" }
  | {
      readonly kind: "write";
      readonly github?: FieldValue;
      readonly notion?: FieldValue;
      readonly conflict: Side | null;
      readonly why: string;
    }
  | { readonly kind: "conflict" };

export interface FieldSides {
  readonly base: FieldBase | undefined;
  readonly page: FieldValue;
  readonly item: FieldValue;
  readonly direction: Direction;
  readonly conflict: ConflictRule;
}

/**
 * Decides one field by three-way merge of base, page and item.
 *
 * @remarks Pure. Only a set whose both sides changed is ever written to both sides.
 */
export function mergeField(sides: FieldSides): FieldMerge {
  const { base, page, item, direction } = sides;
  if (isSameNormalised(page, item)) return { kind: "agreed" };
  if (!base) return mergeWithoutBase(sides);
  const pageMoved = direction !== "toNotion" && !isSameValue(page, base.page);
  const itemMoved = direction !== "toGithub" && !isSameValue(item, base.item);
  if (!pageMoved && !itemMoved) return { kind: "kept" };
  if (isSet(page) && isSet(item)) {
    const github = pageMoved ? carryOver(setOf(base.page), page, item) : item;
    const notion = itemMoved ? carryOver(setOf(base.item), item, page) : page;
    return writeSets(page, item, { github, notion }, setWhy(pageMoved, itemMoved));
  }
  if (!itemMoved) return toGithub(page, "changed in Notion", null);
  if (!pageMoved) return toNotion(item, "changed on GitHub", null);
  return settle(sides);
}

function setWhy(pageMoved: boolean, itemMoved: boolean): string {
  if (pageMoved && itemMoved) return "changed on both sides; both kept";
  return pageMoved ? "changed in Notion" : "changed on GitHub";
}

function mergeWithoutBase(sides: FieldSides): FieldMerge {
  const { page, item, direction } = sides;
  if (isSet(page) && isSet(item)) {
    const united = [...new Set([...page, ...item])].sort();
    const merged = { github: direction === "toNotion" ? item : united, notion: direction === "toGithub" ? page : united };
    return writeSets(page, item, merged, "united at first sight");
  }
  if (direction === "toGithub") return isEmptyValue(page) ? { kind: "kept" } : toGithub(page, "not on GitHub yet", null);
  if (direction === "toNotion") return isEmptyValue(item) ? { kind: "kept" } : toNotion(item, "not in Notion yet", null);
  if (isEmptyValue(item)) return toGithub(page, "empty on GitHub", null);
  if (isEmptyValue(page)) return toNotion(item, "empty in Notion", null);
  return settle(sides);
}

/** Both sides moved apart: the declared rule decides, and the value that loses is kept for people to see. */
function settle({ page, item, conflict }: FieldSides): FieldMerge {
  if (conflict === "notion") return toGithub(page, "changed on both sides; Notion stands", "github");
  if (conflict === "github") return toNotion(item, "changed on both sides; GitHub stands", "notion");
  return { kind: "conflict" };
}

/** Writes each side what it lacks; sides that have each other's changes already agree as they stand. */
function writeSets(
  page: readonly string[],
  item: readonly string[],
  merged: { readonly github: readonly string[]; readonly notion: readonly string[] },
  why: string,
): FieldMerge {
  const github = isSameValue(merged.github, item) ? {} : { github: merged.github };
  const notion = isSameValue(merged.notion, page) ? {} : { notion: merged.notion };
  const write = { ...github, ...notion };
  return Object.keys(write).length === 0 ? { kind: "agreed" } : { kind: "write", ...write, conflict: null, why };
}

/** What `target` becomes when it takes over what `now` added to and removed from `before`. */
function carryOver(before: readonly string[], now: readonly string[], target: readonly string[]): readonly string[] {
  const removed = before.filter((member) => !now.includes(member));
  const added = now.filter((member) => !before.includes(member));
  return [...new Set([...target.filter((member) => !removed.includes(member)), ...added])].sort();
}

function setOf(value: FieldValue): readonly string[] {
  return isSet(value) ? value : [];
}

function toGithub(value: FieldValue, why: string, conflict: Side | null): FieldMerge {
  return { kind: "write", github: value, conflict, why };
}

function toNotion(value: FieldValue, why: string, conflict: Side | null): FieldMerge {
  return { kind: "write", notion: value, conflict, why };
}

/** GitHub trims the ends of texts, so those do not make a difference. */
function isSameNormalised(page: FieldValue, item: FieldValue): boolean {
  if (typeof page === "string" && typeof item === "string") return page.trim() === item.trim();
  if (isEmptyValue(page) && isEmptyValue(item)) return true;
  return isSameValue(page, item);
}
