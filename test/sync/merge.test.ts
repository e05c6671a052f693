import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConflictRule, Direction } from "../../sync/mapping.ts";
import { mergeField } from "../../sync/merge.ts";
import type { FieldValue } from "../../sync/model.ts";

const DIRECTIONS: readonly Direction[] = ["both", "toGithub", "toNotion"];
const RULES: readonly ConflictRule[] = ["notion", "github", "hold"];

/** In a few words: what a merge does. */
function outcome(
  base: FieldValue | { page: FieldValue; item: FieldValue } | undefined,
  page: FieldValue,
  item: FieldValue,
  direction: Direction,
  conflict: ConflictRule,
): string {
  const bases =
    base === undefined ? undefined : typeof base === "object" && base && "page" in base ? base : { page: base, item: base };
  const merge = mergeField({ base: bases, page, item, direction, conflict });
  if (merge.kind !== "write") return merge.kind;
  const parts = [];
  if (merge.github !== undefined) parts.push(`github=${String(merge.github)}`);
  if (merge.notion !== undefined) parts.push(`notion=${String(merge.notion)}`);
  if (merge.conflict) parts.push(`${merge.conflict} loses`);
  return parts.join(" ");
}

/** One expectation per rule `notion | github | hold`, or one for all of them. */
interface Case {
  readonly name: string;
  readonly base: FieldValue | { page: FieldValue; item: FieldValue } | undefined;
  readonly page: FieldValue;
  readonly item: FieldValue;
  readonly both: string | readonly [string, string, string];
  readonly toGithub: string;
  readonly toNotion: string;
}

const CASES: readonly Case[] = [
  // With a base.
  { name: "nobody moved", base: "a", page: "a", item: "a", both: "agreed", toGithub: "agreed", toNotion: "agreed" },
  { name: "the page moved", base: "a", page: "b", item: "a", both: "github=b", toGithub: "github=b", toNotion: "kept" },
  { name: "the item moved", base: "a", page: "a", item: "b", both: "notion=b", toGithub: "kept", toNotion: "notion=b" },
  { name: "both moved alike", base: "a", page: "b", item: "b", both: "agreed", toGithub: "agreed", toNotion: "agreed" },
  {
    name: "both moved apart",
    base: "a",
    page: "b",
    item: "c",
    both: ["github=b github loses", "notion=c notion loses", "conflict"],
    toGithub: "github=b",
    toNotion: "notion=c",
  },
  {
    name: "the page was emptied",
    base: "a",
    page: null,
    item: "a",
    both: "github=null",
    toGithub: "github=null",
    toNotion: "kept",
  },
  {
    name: "the item was emptied",
    base: "a",
    page: "a",
    item: null,
    both: "notion=null",
    toGithub: "kept",
    toNotion: "notion=null",
  },
  {
    name: "one emptied what the other changed",
    base: "a",
    page: null,
    item: "c",
    both: ["github=null github loses", "notion=c notion loses", "conflict"],
    toGithub: "github=null",
    toNotion: "notion=c",
  },
  {
    name: "both filled an empty field alike",
    base: null,
    page: "b",
    item: "b",
    both: "agreed",
    toGithub: "agreed",
    toNotion: "agreed",
  },
  // Services normalise: what each side returned is its own base.
  {
    name: "a difference that both had agreed on stays",
    base: { page: "a\nb", item: "a b" },
    page: "a\nb",
    item: "a b",
    both: "kept",
    toGithub: "kept",
    toNotion: "kept",
  },
  {
    name: "the page moved away from such a difference",
    base: { page: "a\nb", item: "a b" },
    page: "c",
    item: "a b",
    both: "github=c",
    toGithub: "github=c",
    toNotion: "kept",
  },
  {
    name: "white space at the ends is no difference",
    base: "a",
    page: "b ",
    item: "b",
    both: "agreed",
    toGithub: "agreed",
    toNotion: "agreed",
  },
  { name: "empty is empty in any form", base: "a", page: "", item: null, both: "agreed", toGithub: "agreed", toNotion: "agreed" },
  { name: "a number moved", base: 1, page: 0, item: 1, both: "github=0", toGithub: "github=0", toNotion: "kept" },
  // Without a base.
  {
    name: "first sight of equal values",
    base: undefined,
    page: "a",
    item: "a",
    both: "agreed",
    toGithub: "agreed",
    toNotion: "agreed",
  },
  {
    name: "first sight of nothing",
    base: undefined,
    page: null,
    item: null,
    both: "agreed",
    toGithub: "agreed",
    toNotion: "agreed",
  },
  {
    name: "first sight, empty on GitHub",
    base: undefined,
    page: "a",
    item: null,
    both: "github=a",
    toGithub: "github=a",
    toNotion: "kept",
  },
  {
    name: "first sight, empty in Notion",
    base: undefined,
    page: null,
    item: "b",
    both: "notion=b",
    toGithub: "kept",
    toNotion: "notion=b",
  },
  {
    name: "first sight of different values",
    base: undefined,
    page: "a",
    item: "b",
    both: ["github=a github loses", "notion=b notion loses", "conflict"],
    toGithub: "github=a",
    toNotion: "notion=b",
  },
  // Sets.
  {
    name: "a set in another order",
    base: ["a"],
    page: ["x", "y"],
    item: ["y", "x"],
    both: "agreed",
    toGithub: "agreed",
    toNotion: "agreed",
  },
  {
    name: "a member added in Notion",
    base: ["a"],
    page: ["a", "b"],
    item: ["a"],
    both: "github=a,b",
    toGithub: "github=a,b",
    toNotion: "kept",
  },
  {
    name: "a member removed on GitHub",
    base: ["a", "b"],
    page: ["a", "b"],
    item: ["b"],
    both: "notion=b",
    toGithub: "kept",
    toNotion: "notion=b",
  },
  {
    name: "members added on both sides",
    base: ["a"],
    page: ["a", "b"],
    item: ["a", "c"],
    both: "github=a,b,c notion=a,b,c",
    // One way, what the other side has of its own stays there.
    toGithub: "github=a,b,c",
    toNotion: "notion=a,b,c",
  },
  {
    name: "one removed, the other added",
    base: ["a", "b"],
    page: ["b"],
    item: ["a", "b", "c"],
    both: "github=b,c notion=b,c",
    toGithub: "github=b,c",
    toNotion: "notion=b,c",
  },
  {
    name: "both removed different members",
    base: ["a", "b", "c"],
    page: ["b", "c"],
    item: ["a", "c"],
    both: "github=c notion=c",
    toGithub: "github=c",
    toNotion: "notion=c",
  },
  {
    name: "both removed the same and one added",
    base: ["a", "b"],
    page: ["b"],
    item: ["b", "c"],
    both: "notion=b,c",
    toGithub: "agreed",
    toNotion: "notion=b,c",
  },
  {
    name: "first sight of two sets",
    base: undefined,
    page: ["b"],
    item: ["a"],
    both: "github=a,b notion=a,b",
    toGithub: "github=a,b",
    toNotion: "notion=a,b",
  },
  {
    name: "first sight of a set and an empty one",
    base: undefined,
    page: [],
    item: ["a"],
    both: "notion=a",
    toGithub: "agreed",
    toNotion: "notion=a",
  },
  {
    // bob could not be assigned on GitHub; that is no reason to take him out of the page.
    name: "members added on both sides of a set that GitHub had not taken whole",
    base: { page: ["ada", "bob"], item: ["ada"] },
    page: ["ada", "bob", "dan"],
    item: ["ada", "cy"],
    both: "github=ada,cy,dan notion=ada,bob,cy,dan",
    toGithub: "github=ada,cy,dan",
    toNotion: "notion=ada,bob,cy,dan",
  },
];

describe("mergeField", () => {
  const rows = CASES.flatMap((given) =>
    DIRECTIONS.flatMap((direction) =>
      RULES.map((conflict, index) => {
        const expected = given[direction];
        return { ...given, direction, conflict, expected: typeof expected === "string" ? expected : expected[index] };
      }),
    ),
  );

  test.each(rows)("$name ($direction, $conflict): $expected", ({ base, page, item, direction, conflict, expected }) => {
    expect(outcome(base, page, item, direction, conflict)).toBe(expected);
  });
});

describe("laws of the merge", () => {
  const text = fc.option(fc.constantFrom("", "a", "b", "c", "a ", " b"), { nil: null });
  const set = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d")).map((members) => members.sort());
  const direction = fc.constantFrom(...DIRECTIONS);
  const conflict = fc.constantFrom(...RULES);
  const base = <T extends FieldValue>(value: fc.Arbitrary<T>) =>
    fc.option(fc.record({ page: value, item: value }), { nil: undefined });
  const scalars = fc.record({ base: base(text), page: text, item: text, direction, conflict });
  const sets = fc.record({ base: base(set), page: set, item: set, direction, conflict });

  test("a scalar is never written to both sides", () => {
    fc.assert(
      fc.property(scalars, (sides) => {
        const merge = mergeField(sides);
        expect(merge.kind === "write" && merge.github !== undefined && merge.notion !== undefined).toBe(false);
      }),
    );
  });

  test("one way, the other side is never written to, and nothing clashes", () => {
    fc.assert(
      fc.property(fc.oneof(scalars, sets), (sides) => {
        const merge = mergeField(sides);
        if (sides.direction === "both") return;
        expect(merge.kind).not.toBe("conflict");
        if (merge.kind === "write") expect(sides.direction === "toGithub" ? merge.notion : merge.github).toBeUndefined();
      }),
    );
  });

  test("what is written makes the field agree, or stand still", () => {
    fc.assert(
      fc.property(fc.oneof(scalars, sets), (sides) => {
        const merge = mergeField(sides);
        if (merge.kind !== "write") return;
        const page = merge.notion === undefined ? sides.page : merge.notion;
        const item = merge.github === undefined ? sides.item : merge.github;
        expect(["agreed", "kept"]).toContain(mergeField({ ...sides, base: { page, item }, page, item }).kind);
      }),
    );
  });

  test("a write always changes the side it is meant for", () => {
    fc.assert(
      fc.property(fc.oneof(scalars, sets), (sides) => {
        const merge = mergeField(sides);
        if (merge.kind !== "write") return;
        expect(merge.github !== undefined || merge.notion !== undefined).toBe(true);
        if (merge.github !== undefined) expect(merge.github).not.toEqual(sides.item);
        if (merge.notion !== undefined) expect(merge.notion).not.toEqual(sides.page);
      }),
    );
  });

  test("a set keeps every member that one side added, and drops every one that a side removed", () => {
    fc.assert(
      fc.property(set, set, set, conflict, (before, page, item, rule) => {
        const merge = mergeField({ base: { page: before, item: before }, page, item, direction: "both", conflict: rule });
        const write = merge.kind === "write" ? merge : undefined;
        const wanted = ["a", "b", "c", "d"].filter((member) =>
          before.includes(member)
            ? page.includes(member) && item.includes(member)
            : page.includes(member) || item.includes(member),
        );

        expect(write?.github ?? item).toEqual(wanted);
        expect(write?.notion ?? page).toEqual(wanted);
      }),
    );
  });
});
