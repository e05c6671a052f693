import { describe, expect, test } from "vitest";
import type { ConflictRule, Direction, StatusMapping } from "../../sync/mapping.ts";
import type { StatusBase } from "../../sync/model.ts";
import { mergeStatus } from "../../sync/status.ts";
import type { ItemStatus } from "../../sync/status.ts";
import { aStatusMapping, aStatusValue } from "../support/builders.ts";

const RULES: readonly ConflictRule[] = ["notion", "github", "hold"];
const DIRECTIONS: readonly Direction[] = ["both", "toGithub", "toNotion"];

const OPEN: ItemStatus = { kind: "issue", state: "open", reason: null };
const COMPLETED: ItemStatus = { kind: "issue", state: "closed", reason: "completed" };
const NOT_PLANNED: ItemStatus = { kind: "issue", state: "closed", reason: "not_planned" };
const DUPLICATE: ItemStatus = { kind: "issue", state: "closed", reason: "duplicate" };

const base = (page: string | null, { state, reason }: ItemStatus): StatusBase => ({ page, state, reason });

/** In a few words: what a merge does; `!` marks that a value lost. */
function outcome(mapping: StatusMapping, before: StatusBase | undefined, page: string | null, item: ItemStatus): string {
  const merge = mergeStatus(mapping, before, page, item);
  if (merge.kind === "toNotion") return `page=${merge.status}${merge.conflict ? "!" : ""}`;
  if (merge.kind !== "toGithub") return merge.kind;
  const state = merge.value.item === "closed" ? merge.value.reason : "open";
  return `item=${state}${merge.conflict ? "!" : ""}`;
}

interface Case {
  readonly name: string;
  readonly base: StatusBase | undefined;
  readonly page: string | null;
  readonly item: ItemStatus;
  /** For the rules `notion`, `github` and `hold`, or for all of them. */
  readonly both: string | readonly [string, string, string];
  readonly toGithub: string;
  readonly toNotion: string;
}

const all = (expected: string) => ({ both: expected, toGithub: expected, toNotion: expected });

const CASES: readonly Case[] = [
  { name: "nobody moved", base: base("Ready", OPEN), page: "Ready", item: OPEN, ...all("agreed") },
  { name: "the page moved among what means open", base: base("Ready", OPEN), page: "In Progress", item: OPEN, ...all("agreed") },
  {
    name: "the page moved back to what makes nothing: it means open",
    base: base("Ready", OPEN),
    page: "Backlog",
    item: OPEN,
    ...all("agreed"),
  },
  { name: "both closed it alike", base: base("Ready", OPEN), page: "Done", item: COMPLETED, ...all("agreed") },
  {
    name: "Done",
    base: base("Ready", OPEN),
    page: "Done",
    item: OPEN,
    both: "item=completed",
    toGithub: "item=completed",
    toNotion: "kept",
  },
  {
    name: "Won't do",
    base: base("Ready", OPEN),
    page: "Won't do",
    item: OPEN,
    both: "item=not_planned",
    toGithub: "item=not_planned",
    toNotion: "kept",
  },
  {
    name: "Done → Ready reopens",
    base: base("Done", COMPLETED),
    page: "Ready",
    item: COMPLETED,
    both: "item=open",
    toGithub: "item=open",
    toNotion: "kept",
  },
  {
    name: "Done → Backlog reopens: none means open on a linked pair",
    base: base("Done", COMPLETED),
    page: "Backlog",
    item: COMPLETED,
    both: "item=open",
    toGithub: "item=open",
    toNotion: "kept",
  },
  {
    name: "Done → Won't do changes the reason",
    base: base("Done", COMPLETED),
    page: "Won't do",
    item: COMPLETED,
    both: "item=not_planned",
    toGithub: "item=not_planned",
    toNotion: "kept",
  },
  {
    name: "closed on GitHub",
    base: base("Ready", OPEN),
    page: "Ready",
    item: COMPLETED,
    both: "page=Done",
    toGithub: "kept",
    toNotion: "page=Done",
  },
  {
    name: "closed as duplicate",
    base: base("Ready", OPEN),
    page: "Ready",
    item: DUPLICATE,
    both: "page=Won't do",
    toGithub: "kept",
    toNotion: "page=Won't do",
  },
  {
    name: "reopened on GitHub",
    base: base("Done", COMPLETED),
    page: "Done",
    item: OPEN,
    both: "page=Ready",
    toGithub: "kept",
    toNotion: "page=Ready",
  },
  {
    name: "closed again for another reason",
    base: base("Done", COMPLETED),
    page: "Done",
    item: NOT_PLANNED,
    both: "page=Won't do",
    toGithub: "kept",
    toNotion: "page=Won't do",
  },
  {
    name: "Done in Notion, closed as not planned on GitHub",
    base: base("Ready", OPEN),
    page: "Done",
    item: NOT_PLANNED,
    both: ["item=completed!", "page=Won't do!", "conflict"],
    toGithub: "item=completed",
    toNotion: "page=Won't do",
  },
  {
    name: "moved to In Progress in Notion, closed on GitHub",
    base: base("Ready", OPEN),
    page: "In Progress",
    item: COMPLETED,
    both: ["item=open!", "page=Done!", "conflict"],
    toGithub: "item=open",
    toNotion: "page=Done",
  },
  {
    name: "Won't do in Notion, reopened on GitHub",
    base: base("Done", COMPLETED),
    page: "Won't do",
    item: OPEN,
    both: ["item=not_planned!", "page=Ready!", "conflict"],
    toGithub: "item=not_planned",
    toNotion: "page=Ready",
  },
  // Empty and unlisted.
  { name: "the status was emptied", base: base("Ready", OPEN), page: null, item: OPEN, ...all("kept") },
  { name: "the status was emptied on a closed pair", base: base("Done", COMPLETED), page: null, item: COMPLETED, ...all("kept") },
  {
    name: "emptied, and closed on GitHub",
    base: base("Ready", OPEN),
    page: null,
    item: COMPLETED,
    both: "page=Done",
    toGithub: "kept",
    toNotion: "page=Done",
  },
  {
    name: "set to an unlisted one",
    base: base("Ready", OPEN),
    page: "Blocked",
    item: OPEN,
    both: "unlisted",
    toGithub: "unlisted",
    toNotion: "kept",
  },
  {
    name: "the listed one was taken out of the mapping",
    base: base("Blocked", OPEN),
    page: "Blocked",
    item: OPEN,
    both: "unlisted",
    toGithub: "unlisted",
    toNotion: "kept",
  },
  {
    name: "set to an unlisted one, and closed on GitHub: GitHub's comes, and what it replaces is kept",
    base: base("Ready", OPEN),
    page: "Blocked",
    item: COMPLETED,
    both: ["page=Done!", "page=Done!", "conflict"],
    toGithub: "unlisted",
    toNotion: "page=Done",
  },
  {
    name: "an unlisted one since long, and closed on GitHub",
    base: base("Blocked", OPEN),
    page: "Blocked",
    item: COMPLETED,
    both: "page=Done",
    toGithub: "unlisted",
    toNotion: "page=Done",
  },
  // First sight.
  { name: "first sight, open and Ready", base: undefined, page: "Ready", item: OPEN, ...all("agreed") },
  { name: "first sight, closed and Done", base: undefined, page: "Done", item: COMPLETED, ...all("agreed") },
  {
    name: "first sight, an empty status takes the item's",
    base: undefined,
    page: null,
    item: OPEN,
    both: "page=Ready",
    toGithub: "kept",
    toNotion: "page=Ready",
  },
  {
    name: "first sight, an empty status takes a closed item's",
    base: undefined,
    page: null,
    item: NOT_PLANNED,
    both: "page=Won't do",
    toGithub: "kept",
    toNotion: "page=Won't do",
  },
  {
    name: "first sight, unlisted",
    base: undefined,
    page: "Blocked",
    item: OPEN,
    both: "unlisted",
    toGithub: "unlisted",
    toNotion: "page=Ready",
  },
  {
    name: "first sight of Done with an open item: closing needs a seen change",
    base: undefined,
    page: "Done",
    item: OPEN,
    both: ["firstSight", "page=Ready!", "conflict"],
    toGithub: "firstSight",
    toNotion: "page=Ready",
  },
  {
    name: "Done and open since first sight stays listed",
    base: base("Done", OPEN),
    page: "Done",
    item: OPEN,
    both: "firstSight",
    toGithub: "firstSight",
    toNotion: "kept",
  },
  {
    name: "Done at first sight, then moved to Won't do: that change is seen",
    base: base("Done", OPEN),
    page: "Won't do",
    item: OPEN,
    both: "item=not_planned",
    toGithub: "item=not_planned",
    toNotion: "kept",
  },
  {
    name: "first sight of Ready with a closed item",
    base: undefined,
    page: "Ready",
    item: COMPLETED,
    both: ["item=open!", "page=Done!", "conflict"],
    toGithub: "item=open",
    toNotion: "page=Done",
  },
  {
    name: "first sight of Done, closed as not planned: nothing is closed anew",
    base: undefined,
    page: "Done",
    item: NOT_PLANNED,
    both: ["firstSight", "page=Won't do!", "conflict"],
    toGithub: "firstSight",
    toNotion: "page=Won't do",
  },
  {
    name: "Done and closed as not planned since first sight stays listed",
    base: base("Done", NOT_PLANNED),
    page: "Done",
    item: NOT_PLANNED,
    both: "firstSight",
    toGithub: "firstSight",
    toNotion: "kept",
  },
];

describe("mergeStatus", () => {
  const rows = CASES.flatMap((given) =>
    DIRECTIONS.flatMap((direction) =>
      RULES.map((conflict, index) => {
        const expected = given[direction];
        return { ...given, direction, conflict, expected: typeof expected === "string" ? expected : expected[index] };
      }),
    ),
  );

  test.each(rows)("$name ($direction, $conflict): $expected", ({ base: before, page, item, direction, conflict, expected }) => {
    expect(outcome(aStatusMapping({ direction, conflict }), before, page, item)).toBe(expected);
  });

  test.each([
    { created: "In Progress", reopened: null, before: base("Done", COMPLETED), page: "Done", status: "Ready" },
    { created: null, reopened: "In Progress", before: base("Done", COMPLETED), page: "Done", status: "In Progress" },
    { created: "In Progress", reopened: "Ready", before: undefined, page: null, status: "In Progress" },
  ])("created $created, reopened $reopened: a page with $page takes $status", ({ created, reopened, before, page, status }) => {
    expect(outcome(aStatusMapping({ created, reopened }), before, page, OPEN)).toBe(`page=${status}`);
  });

  test("a mapping without a closed status leaves the page of a closed item alone", () => {
    const mapping = aStatusMapping({ values: [{ name: "Ready", value: aStatusValue() }] });

    expect(outcome(mapping, base("Ready", OPEN), "Ready", COMPLETED)).toBe("kept");
  });
});
