import type { Effect, LinkStep, NotionEffect, PairPlan } from "./effect.ts";
import { mergeField } from "./merge.ts";
import type { FieldMapping, Mapping, StatusValue } from "./mapping.ts";
import type { Base, Conflict, FieldProblem, FieldValue, ItemSnapshot, Link, Outcome, PageSnapshot } from "./model.ts";
import { formatNotice } from "./notice.ts";
import { formatReference, isSameReference } from "./reference.ts";
import { findStatusValue, isAgreeing, mergeStatus } from "./status.ts";

/** The fields that are carried in this version; others of the mapping are read and left alone. */
const CARRIED_FIELDS: readonly string[] = ["title"];

/** Both sides of a pair as read now, and what is remembered of it. */
export interface PairState {
  readonly mapping: Mapping;
  readonly page: PageSnapshot;
  /** The linked item, or for a page without a link the item that its "GitHub" property names, if it may be taken. */
  readonly item: ItemSnapshot | undefined;
  readonly link: Link | undefined;
}

/**
 * Plans one pair: compares both sides with the base and says what is to be written, and why.
 *
 * @remarks Pure: the same state gives the same plan, and a plan that was carried out plans nothing more.
 */
export function planPair(state: PairState): PairPlan {
  const { page, item, link } = state;
  if (page.inTrash) return planTrashed(link);
  if (link?.state === "linked" || item) return item ? planLinked(state, item) : stopped(state, missingItem(link));
  return planUnlinked(state);
}

function planTrashed(link: Link | undefined): PairPlan {
  const step: LinkStep = link?.state === "linked" ? "detach" : "none";
  return {
    step,
    effects: [],
    agreed: [],
    conflicts: [],
    problems: [],
    stop: { status: "unchanged", why: "the page is in the trash" },
  };
}

function planUnlinked(state: PairState): PairPlan {
  const { mapping, page } = state;
  const blocking = page.problems.find(
    (problem) => problem.field === "title" || problem.field === "status" || problem.field === "reference",
  );
  if (blocking) return stopped(state, failed(blocking));
  const value = findStatusValue(mapping.status, page.status);
  if (!value)
    return page.status === null
      ? nothing(state, "the page has no status")
      : stopped(state, failed(unlisted(mapping, page.status)));
  if (value.item === "none") return nothing(state, `"${page.status ?? ""}" makes no item`);
  if (value.item === "closed") return nothing(state, `"${page.status ?? ""}" means closed, and there is no item to close`);
  const title = page.fields["title"];
  if (typeof title !== "string" || title.trim() === "") {
    return stopped(state, { status: "waiting", until: "", code: "title_empty", reason: "The page has no title yet." });
  }
  const repository = mapping.github.repository;
  const create: Effect = {
    side: "github",
    kind: "create",
    field: "item",
    from: null,
    to: "issue",
    repository,
    title: title.trim(),
    why: `"${page.status ?? ""}" makes an issue`,
  };
  return {
    step: "create",
    effects: [create, ...planNotice(state, page.problems)],
    agreed: [],
    conflicts: [],
    problems: page.problems,
  };
}

function planLinked(state: PairState, item: ItemSnapshot): PairPlan {
  const { mapping, page, link } = state;
  const plan = new Draft();
  const base = link?.state === "linked" ? link.base : undefined;
  for (const field of mapping.fields) planField(plan, field, base, page, item);
  planStatus(plan, mapping, base, page, item);
  for (const problem of page.problems) plan.problems.push(problem);
  if (!isSameReference(page.reference, item) && !page.problems.some((problem) => problem.field === "reference")) {
    plan.notion("reference", page.reference, formatReference(item), "names the item");
  }
  plan.effects.push(...planNotice(state, plan.problems));
  return {
    step: link?.state === "linked" ? "none" : "adopt",
    effects: plan.effects,
    agreed: plan.agreed,
    conflicts: plan.conflicts,
    problems: plan.problems,
  };
}

function planField(plan: Draft, field: FieldMapping, base: Base | undefined, page: PageSnapshot, item: ItemSnapshot): void {
  const name = field.github;
  if (!CARRIED_FIELDS.includes(name)) return;
  const pageValue = page.fields[name];
  const itemValue = item.fields[name];
  // A side that could not be read has a problem of its own; its field stands still.
  if (pageValue === undefined || itemValue === undefined) return;
  const merge = mergeField({
    base: base?.fields[name],
    page: pageValue,
    item: itemValue,
    direction: field.direction,
    conflict: field.conflict,
  });
  switch (merge.kind) {
    case "agreed":
      plan.agreed.push(name);
      return;
    case "kept":
      return;
    case "conflict":
      plan.conflicts.push({ field: name, page: pageValue, item: itemValue, taken: null });
      return;
    case "write":
      if (name === "title" && merge.github !== undefined && String(merge.github ?? "").trim() === "") {
        plan.problems.push(emptyTitle());
        return;
      }
      if (merge.github !== undefined)
        plan.github({ side: "github", kind: "update", field: name, from: itemValue, to: merge.github, why: merge.why });
      if (merge.notion !== undefined) plan.notion(name, pageValue, merge.notion, merge.why);
      if (merge.conflict) {
        plan.conflicts.push({
          field: name,
          page: pageValue,
          item: itemValue,
          taken: merge.conflict === "github" ? "notion" : "github",
        });
      }
  }
}

function planStatus(plan: Draft, mapping: Mapping, base: Base | undefined, page: PageSnapshot, item: ItemSnapshot): void {
  if (page.problems.some((problem) => problem.field === "status")) return;
  const merge = mergeStatus(mapping.status, base?.status, page.status, item);
  const conflict = (taken: Conflict["taken"]): void => {
    plan.conflicts.push({ field: "status", page: page.status, item: item.state, taken });
  };
  switch (merge.kind) {
    case "agreed":
      plan.agreed.push("status");
      return;
    case "kept":
      return;
    case "unlisted":
      plan.problems.push(unlisted(mapping, page.status ?? ""));
      return;
    case "firstSight":
      // Listed, and not closed: nobody saw the page being moved there. The base makes the next move a seen one.
      plan.agreed.push("status");
      conflict(null);
      return;
    case "conflict":
      conflict(null);
      return;
    case "toGithub":
      plan.github(statusEffect(merge.value, item, merge.why));
      if (merge.conflict) conflict("notion");
      return;
    case "toNotion":
      plan.notion("status", page.status, merge.status, merge.why);
      if (merge.conflict) conflict("github");
  }
}

function statusEffect(value: StatusValue, item: ItemSnapshot, why: string): Effect {
  if (value.item === "closed") {
    return { side: "github", kind: "close", field: "status", from: item.state, to: "closed", reason: value.reason, why };
  }
  return { side: "github", kind: "reopen", field: "status", from: item.state, to: "open", why };
}

/** The effects gathered while a plan is made. */
class Draft {
  readonly effects: Effect[] = [];
  readonly agreed: string[] = [];
  readonly conflicts: Conflict[] = [];
  readonly problems: FieldProblem[] = [];

  github(effect: Effect): void {
    this.effects.push(effect);
  }

  notion(field: string, from: FieldValue, to: FieldValue, why: string): void {
    this.effects.push({ side: "notion", kind: "update", field, from, to, why });
  }
}

/** Writes the first problem into the "Sync" property, and empties it when there is none; no effect when it says so already. */
export function planNotice(
  { mapping, page }: Pick<PairState, "mapping" | "page">,
  problems: readonly FieldProblem[],
): readonly NotionEffect[] {
  if (mapping.notion.errorProperty === null || page.problems.some((problem) => problem.field === "notice")) return [];
  const notice = formatNotice(problems);
  if (notice === page.notice) return [];
  const why = notice === "" ? "nothing is wrong any more" : "says what is wrong";
  return [{ side: "notion", kind: "update", field: "notice", from: page.notice, to: notice, why }];
}

function stopped(state: PairState, stop: Outcome): PairPlan {
  const problems = stop.status === "failed" ? [{ field: "item", code: stop.code, reason: stop.reason, remedy: stop.remedy }] : [];
  return { step: "none", effects: planNotice(state, problems), agreed: [], conflicts: [], problems, stop };
}

function nothing(state: PairState, why: string): PairPlan {
  return {
    step: "none",
    effects: planNotice(state, []),
    agreed: [],
    conflicts: [],
    problems: [],
    stop: { status: "unchanged", why },
  };
}

function failed(problem: FieldProblem): Outcome {
  return { status: "failed", code: problem.code, reason: problem.reason, remedy: problem.remedy };
}

function missingItem(link: Link | undefined): Outcome {
  const name = link?.item ? `${link.item.repository}#${link.item.number}` : "The item";
  return {
    status: "failed",
    code: "item_missing",
    reason: `${name} cannot be read: it is deleted, moved, or out of the token's reach.`,
    remedy: "Restore it or give the token access to its repository; to start anew, unlink the page.",
  };
}

function unlisted(mapping: Mapping, status: string): FieldProblem {
  const listed = mapping.status.values.map(({ name }) => `"${name}"`).join(", ");
  return {
    field: "status",
    code: "status_unlisted",
    reason: `The status "${status}" is not in mapping "${mapping.name}".`,
    remedy: `Choose one of ${listed}, or add "${status}" to the mapping.`,
  };
}

function emptyTitle(): FieldProblem {
  return {
    field: "title",
    code: "title_empty",
    reason: "The page's title is empty.",
    remedy: "Give the page a title; the item keeps its own until then.",
  };
}

/** Tells whether a page and its item agree on what is open and closed; used to explain a pair. */
export function isInStep(mapping: Mapping, page: PageSnapshot, item: ItemSnapshot): boolean {
  const value = findStatusValue(mapping.status, page.status);
  return value !== undefined && isAgreeing(mapping.status, value, item);
}
