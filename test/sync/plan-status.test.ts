import { describe, expect, test } from "vitest";
import type { PairPlan } from "../../sync/effect.ts";
import type { Direction } from "../../sync/mapping.ts";
import type { ItemSnapshot, PageSnapshot, StatusBase } from "../../sync/model.ts";
import { planPair } from "../../sync/plan.ts";
import { aLink, aMapping, anItem, aPage, aStatusMapping } from "../support/builders.ts";

/** Plans an issue in the project, "Ready" and in "Todo", with what is given changed. */
function plan(given: {
  readonly page?: string | null;
  readonly column?: string | null;
  readonly item?: Partial<ItemSnapshot>;
  /** `column: undefined`: the column is not remembered. */
  readonly base?: Partial<Omit<StatusBase, "column">> & { readonly column?: string | null | undefined };
  readonly direction?: Direction;
  readonly companion?: ItemSnapshot;
}): PairPlan {
  const mapping = aMapping({ status: aStatusMapping({ direction: given.direction ?? "both" }) });
  const inProject = { ...mapping, github: { ...mapping.github, project: { owner: "acme", number: 1 } } };
  const page: PageSnapshot = aPage({ status: given.page === undefined ? "Ready" : given.page });
  const column = given.column === undefined ? "Todo" : given.column;
  const item = anItem({ project: { projectItemId: "PVTI_1", isArchived: false, column }, ...given.item });
  const { column: known, ...agreed } = { page: "Ready", state: "open", reason: null, column: "Todo", ...given.base } as const;
  const status: StatusBase = { ...agreed, ...(known === undefined ? {} : { column: known }) };
  const base = { ...aLink().base, fields: { title: { page: "Fix the door", item: "Fix the door" } }, status };
  return planPair({ mapping: inProject, page, item, companion: given.companion, link: aLink({ base }) });
}

const words = ({ effects }: PairPlan): readonly string[] =>
  effects.map(
    (effect) => `${effect.side} ${effect.kind} ${effect.field} = ${String(effect.to)}${"on" in effect ? " on companion" : ""}`,
  );

describe("the project column", () => {
  test.each([
    { name: "in step", given: {}, expected: [] },
    { name: "follows the page's status", given: { page: "In Progress" }, expected: ["github update column = In Progress"] },
    {
      name: "moved alone, the page takes its value",
      given: { column: "In Progress" },
      expected: ["notion update status = In Progress"],
    },
    {
      name: "moved alone to what means closed, the state follows",
      given: { column: "Done" },
      expected: ["notion update status = Done", "github close status = closed"],
    },
    {
      name: "and the state both moved: the state wins",
      given: {
        column: "In Progress",
        item: {
          state: "closed" as const,
          reason: "completed" as const,
          project: { projectItemId: "P", isArchived: false, column: "In Progress" },
        },
      },
      expected: ["notion update status = Done", "github update column = Done"],
    },
    { name: "moved where no status stands for it: nothing", given: { column: "Icebox" }, expected: [] },
    { name: "emptied: nothing", given: { column: null }, expected: [] },
    {
      name: "one way to GitHub, a moved column does not reach the page",
      given: { column: "In Progress", direction: "toGithub" as const },
      expected: [],
    },
    {
      name: "one way to Notion, the page takes the column's value and nothing is written on GitHub",
      given: { column: "Done", direction: "toNotion" as const },
      expected: ["notion update status = Done"],
    },
    {
      name: "one way to Notion, the page's status does not move it",
      given: { page: "In Progress", direction: "toNotion" as const },
      expected: [],
    },
  ])("$name", ({ given, expected }) => {
    expect(words(plan(given))).toEqual(expected);
  });

  test("never merges a pull request", () => {
    const item = { kind: "pullRequest", project: { projectItemId: "P", isArchived: false, column: "Done" } } as const;

    expect(words(plan({ item }))).toEqual(["notion update status = Done"]);
  });

  test("that is still to be written does not count as agreed: one that was refused is written again", () => {
    const refused = plan({ page: "In Progress", base: { page: "In Progress", column: undefined } });

    expect(plan({ page: "In Progress" }).agreed).toEqual(["title", "status"]);
    expect(words(refused)).toEqual(["github update column = In Progress"]);
    expect(plan({ page: "In Progress", column: "In Progress" }).agreed).toEqual(["title", "status", "column"]);
  });
});

describe("a pull request", () => {
  const pullRequest = (state: ItemSnapshot["state"]) => ({ kind: "pullRequest", state, reason: null }) as const;

  test.each([
    { page: "Done", state: "open", expected: ["github merge status = merged"] },
    { page: "Won't do", state: "open", expected: ["github close status = closed"] },
  ] as const)("set to $page is merged or closed as the status says: $expected", ({ page, state, expected }) => {
    expect(
      words(plan({ page, item: pullRequest(state), column: page === "Done" ? "Done" : "Todo" })).filter((word) =>
        word.includes("status"),
      ),
    ).toEqual(expected);
  });

  test.each([
    { page: "Ready", state: "merged", was: "Done" },
    { page: "Won't do", state: "merged", was: "Done" },
    { page: "Done", state: "closed", was: "Won't do" },
  ] as const)("that is $state cannot become $page: the page keeps it, with a remedy", ({ page, state, was }) => {
    const made = plan({ page, item: pullRequest(state), base: { page: was, state } });

    expect(made.problems.map(({ field }) => field)).toEqual(["status"]);
    expect(words(made).filter((word) => / status =/.test(word))).toEqual([]);
  });
});

describe("an issue with a companion", () => {
  const companion = anItem({ kind: "pullRequest", itemId: "4000000015", nodeId: "PR_15", number: 15 });
  const statusWords = (made: PairPlan) => words(made).filter((word) => / status =/.test(word));

  test("is closed only when its pull request is merged", () => {
    expect(statusWords(plan({ page: "Done", companion }))).toEqual(["github merge status = merged on companion"]);
    expect(statusWords(plan({ page: "Done", companion: { ...companion, state: "merged" } }))).toEqual([
      "github close status = closed",
    ]);
  });

  test("is closed together with it by Won't do", () => {
    expect(statusWords(plan({ page: "Won't do", companion }))).toEqual([
      "github close status = closed on companion",
      "github close status = closed",
    ]);
  });
});
