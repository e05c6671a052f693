import { describe, expect, test } from "vitest";
import { isTakenOut, rebase, rebaseSets, settledFields, standingBase } from "../../sync/base.ts";
import type { Effect } from "../../sync/effect.ts";
import { mergeField } from "../../sync/merge.ts";
import type { Base } from "../../sync/model.ts";
import { aLink, anItem, aPage } from "../support/builders.ts";

const OLD: Base = {
  status: { page: "Backlog", state: "open", reason: null },
  fields: { title: { page: "Old", item: "Old" }, labels: { page: ["a"], item: ["a"] } },
};

describe("rebase", () => {
  const page = aPage({ status: "Done", fields: { title: "New ", labels: ["b"] } });
  const item = anItem({ state: "closed", reason: "completed", fields: { title: "New", labels: ["b", "c"] } });

  test.each([
    { name: "nothing", fields: [], expected: OLD },
    {
      name: "one field, each side as its service returned it",
      fields: ["title"],
      expected: { ...OLD, fields: { ...OLD.fields, title: { page: "New ", item: "New" } } },
    },
    {
      name: "the status",
      fields: ["status"],
      expected: { ...OLD, status: { page: "Done", state: "closed", reason: "completed" } },
    },
    { name: "a field that a side does not have", fields: ["milestone"], expected: OLD },
  ])("moves only $name", ({ fields, expected }) => {
    expect(rebase(OLD, fields, page, item)).toEqual(expected);
  });

  test("begins a base with what agreed", () => {
    expect(rebase(undefined, ["title"], page, item)).toEqual({ fields: { title: { page: "New ", item: "New" } } });
  });

  test("leaves the base that it was given as it is", () => {
    const before = structuredClone(OLD);

    rebase(OLD, ["title", "labels", "status"], page, item);

    expect(OLD).toEqual(before);
  });
});

describe("rebaseSets", () => {
  const sets = (labels: readonly string[]) => ({ fields: { labels } });
  const based = (page: readonly string[], item: readonly string[]): Base => ({ fields: { labels: { page, item } } });
  const NONE: Base = { fields: {} };

  test.each([
    ["what both have is agreed on, without a base", NONE, ["a", "b"], ["a"], ["a"], ["a"]],
    ["what both have joins the base", based(["a"], ["a"]), ["a", "b", "c"], ["a", "b"], ["a", "b"], ["a", "b"]],
    ["what one side took away stays to be taken away", based(["a", "b"], ["a", "b"]), ["a"], ["a", "b"], ["a", "b"], ["a", "b"]],
    ["what both took away is forgotten", based(["a", "b"], ["a", "b"]), ["c"], ["a"], ["a"], ["a"]],
    ["each side keeps its own spelling", based(["A"], ["a"]), ["A", "b"], ["a"], ["A"], ["a"]],
  ])("%s", (_, base, onPage, onItem, page, item) => {
    expect(rebaseSets(base, aPage(sets(onPage)), anItem(sets(onItem)))).toEqual(based(page, item));
  });

  test("leaves equal sets, and what is no set, to the fields that agreed", () => {
    const page = aPage({ fields: { title: "New", labels: ["a", "b"] } });
    expect(rebaseSets(OLD, page, anItem({ fields: { title: "Newer", labels: ["b", "a"] } }))).toEqual(OLD);
  });

  test("a member that went across with a part of its set is taken away again with the next edit", () => {
    const page = aPage(sets(["a", "b", "c"]));
    const { fields } = rebaseSets(NONE, page, anItem(sets(["a", "b"])));
    const merged = mergeField({
      base: fields["labels"],
      page: ["b", "c"],
      item: ["a", "b"],
      direction: "toGithub",
      conflict: "notion",
    });
    expect(merged).toMatchObject({ kind: "write", github: ["b", "c"] });
  });
});

describe("settledFields", () => {
  const toGithub = (field: string): Effect => ({ side: "github", kind: "update", field, from: null, to: "x", why: "" });
  const toNotion = (field: string): Effect => ({ side: "notion", kind: "update", field, from: null, to: "x", why: "" });

  test("names each merged field once, and none of what is only shown", () => {
    const effects = [toNotion("title"), toNotion("status"), toNotion("title"), toNotion("notice"), toNotion("reference")];

    expect(settledFields(effects)).toEqual(["title", "status"]);
  });

  test("leaves out a set whose other side is still to be written", () => {
    expect(settledFields([toGithub("labels"), toGithub("title")], [toNotion("labels"), toNotion("notice")])).toEqual(["title"]);
  });
});

describe("the project column", () => {
  const place = { projectItemId: "PVTI_1", isArchived: false, column: "Todo" };
  const agreed = { page: "Ready", state: "open", reason: null } as const;

  test.each([
    { name: "is remembered with the status", project: place, fields: ["status", "column"], column: { column: "Todo" } },
    { name: "is absent outside the project", project: null, fields: ["status", "column"], column: {} },
    { name: "is absent when no project is mapped", project: undefined, fields: ["status", "column"], column: {} },
    { name: "is forgotten while it is not written", project: place, fields: ["status"], column: {} },
    { name: "is remembered alone", project: place, fields: ["column"], column: { column: "Todo" } },
  ])("$name", ({ project, fields, column }) => {
    const item = anItem(project === undefined ? {} : { project });

    expect(rebase({ fields: {}, status: agreed }, fields, aPage(), item).status).toEqual({ ...agreed, ...column });
  });
});

describe("the base of a pair whose card in the project", () => {
  const base = {
    fields: { title: { page: "A", item: "A" }, "project.Estimate": { page: 3, item: 3 } },
    status: { page: "Ready", state: "open", reason: null, column: "Todo" },
  } as const;
  const known = { ...aLink({ base }), projectItemId: "PVTI_1" };
  const card = (projectItemId: string) => ({ projectItemId, isArchived: false, column: null });
  const withoutCard = { fields: { title: base.fields.title }, status: { page: "Ready", state: "open", reason: null } };

  test.each([
    { name: "is the same holds", link: known, project: card("PVTI_1"), expected: base },
    { name: "was not read holds", link: known, project: undefined, expected: base },
    { name: "is new holds what was agreed", link: aLink({ base }), project: card("PVTI_1"), expected: base },
    { name: "is gone forgets it", link: known, project: null, expected: withoutCard },
    { name: "is another one forgets the first", link: known, project: card("PVTI_2"), expected: withoutCard },
    { name: "was let go is none", link: { ...known, state: "detached" as const }, project: null, expected: undefined },
  ])("$name", ({ link, project, expected }) => {
    expect(standingBase(link, anItem(project === undefined ? {} : { project }))).toEqual(expected);
    expect(isTakenOut(link, anItem(project === undefined ? {} : { project }))).toBe(project === null && link.state === "linked");
  });
});

test("what is done to a companion settles nothing between the page and its item", () => {
  const merge: Effect = {
    side: "github",
    kind: "merge",
    on: "companion",
    field: "status",
    from: "open",
    to: "merged",
    auto: false,
    why: "",
  };

  expect(settledFields([merge])).toEqual([]);
});
