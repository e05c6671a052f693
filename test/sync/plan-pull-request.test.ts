import { describe, expect, test } from "vitest";
import type { PairPlan } from "../../sync/effect.ts";
import type { StatusValue } from "../../sync/mapping.ts";
import type { ItemSnapshot, Link, PageSnapshot, StatusBase } from "../../sync/model.ts";
import { planPair } from "../../sync/plan.ts";
import { aField, aLink, aMapping, anItem, aPage, aStatusMapping } from "../support/builders.ts";

const BRANCH = { headRefName: "topic", headRefOid: "a1", baseRefName: "main", autoMerge: false };

function aPull(changes: Partial<ItemSnapshot> = {}): ItemSnapshot {
  return anItem({ kind: "pullRequest", nodeId: "PR_12", pullRequest: BRANCH, ...changes });
}

interface Given {
  readonly page?: Partial<PageSnapshot>;
  readonly item?: ItemSnapshot;
  readonly companion?: ItemSnapshot;
  readonly base?: Partial<StatusBase>;
  readonly link?: Partial<Link>;
  /** Changes to what the statuses mean. */
  readonly values?: Readonly<Record<string, Partial<StatusValue>>>;
}

function plan({ page, item = aPull(), companion, base, link, values = {} }: Given): PairPlan {
  const status = aStatusMapping();
  const mapping = aMapping({
    status: {
      ...status,
      values: status.values.map(({ name, value }) => ({ name, value: { ...value, ...values[name] } })),
    },
    pullRequest: { branchProperty: "Branch", base: "main", draft: false, mergeMethod: "squash", mergeUnstable: false },
    fields: [aField(), aField({ notion: "Type", github: "type" }), aField({ notion: "Parent", github: "parent" })],
  });
  const withProject = { ...mapping, github: { ...mapping.github, project: { owner: "acme", number: 1 } } };
  const known = aLink({
    base: {
      fields: aLink().base?.fields ?? {},
      status: { page: "Ready", state: "open", reason: null, column: "Todo", ...base },
    },
    ...link,
  });
  const place = { projectItemId: "PVTI_1", isArchived: false, column: "Todo" };
  return planPair({
    mapping: withProject,
    page: aPage(page),
    item: { project: place, ...item },
    ...(companion ? { companion } : {}),
    link: known,
  });
}

const words = ({ effects }: PairPlan): readonly string[] =>
  effects
    .filter(({ field }) => field !== "notice" && field !== "reference")
    .map((effect) => `${effect.kind} ${effect.field} = ${String(effect.to)}${"on" in effect ? " on companion" : ""}`);

const inColumn = (column: string) => ({ projectItemId: "PVTI_1", isArchived: false, column });

describe("a pull request", () => {
  test("has neither a type nor a parent: such fields of its page ask for nothing", () => {
    const fields = { title: "Fix the door", type: "Bug", parent: "acme/web#1" };
    const item = aPull({ fields: { title: "Fix the door", type: null, parent: null } });

    expect(plan({ page: { fields }, item })).toMatchObject({ effects: [], problems: [] });
    expect(words(plan({ page: { fields }, item: { ...item, kind: "issue" } }))).toEqual([
      "update type = Bug",
      "update parent = acme/web#1",
    ]);
  });

  test("is merged by status alone, and its card is moved once it is", () => {
    expect(words(plan({ page: { status: "Done" } }))).toEqual(["merge status = merged"]);
    const merged = aPull({ state: "merged" });
    expect(words(plan({ page: { status: "Done" }, item: merged, base: { page: "Done", state: "merged" } }))).toEqual([]);
    expect(words(plan({ page: { status: "Done" }, item: merged }))).toEqual(["update column = Done"]);
  });

  test.each([
    ["Done: the page takes it, nothing is merged", "Done", {}, ["update status = Done"]],
    ["In Progress", "In Progress", {}, ["update status = In Progress"]],
    ["Dropped: it is closed", "Dropped", {}, ["update status = Won't do", "close status = closed"]],
    ["In Progress when it is merged: nothing", "In Progress", { state: "merged" }, []],
  ] as const)("whose card is moved to %s", (_, column, item, expected) => {
    const isMerged = "state" in item;
    const given = {
      values: { "Won't do": { project: "Dropped" } },
      item: aPull({ ...item, project: inColumn(column) }),
      ...(isMerged
        ? { page: { status: "Done" }, base: { page: "Done", state: "merged", column: "Done" } as const }
        : { base: { column: "Todo" } }),
    };
    expect(words(plan(given))).toEqual(expected);
  });

  test("that is merged keeps its card when the page asks for what cannot be", () => {
    const given = {
      page: { status: "In Progress" },
      item: aPull({ state: "merged" }),
      base: { page: "Done", state: "merged" },
    } as const;
    expect(words(plan(given))).toEqual([]);
    expect(plan(given).problems).toMatchObject([{ field: "status", code: "already_merged" }]);
  });
});

describe("the pull request that hangs on a closed issue", () => {
  const closed = anItem({ state: "closed", reason: "not_planned" });

  test.each([
    ["is closed as well when GitHub refused that at first", {}, ["close status = closed on companion"]],
    ["stays when a person opened it again", { base: { page: "Won't do", state: "closed", reason: "not_planned" } }, []],
    ["stays when its page was never seen in another status", { link: { base: { fields: {} } } }, []],
    ["stays when it was merged", { companion: aPull({ state: "merged" }) }, []],
  ] as const)("%s", (_, given: Given, expected) => {
    const made = plan({ page: { status: "Won't do" }, item: closed, companion: aPull(), ...given });

    expect(words(made).filter((word) => word.includes("companion"))).toEqual(expected);
    expect(made.agreed.includes("status")).toBe(expected.length === 0);
  });
});

describe("a page that names another branch than the pull request that hangs on its issue", () => {
  const elsewhere = { item: anItem(), companion: aPull({ pullRequest: { ...BRANCH, headRefName: "old" } }) };

  test.each([
    ["gets that of its branch", { page: { branch: "topic" } }, ["create companion = pullRequest"]],
    ["gets none for an empty branch", { page: { branch: " " } }, []],
    ["neither merges nor closes the former one", { page: { branch: "topic", status: "Done" } }, ["close status = closed"]],
    [
      "takes back the auto-merge of the former one",
      {
        page: { branch: "topic" },
        companion: aPull({ pullRequest: { ...BRANCH, headRefName: "old", autoMerge: true } }),
        link: { autoMerge: true },
      },
      ["cancelAutoMerge status = none on companion", "create companion = pullRequest"],
    ],
  ] as const)("%s", (_, given: Given, expected) => {
    const effects = words(plan({ ...elsewhere, ...given })).filter((word) => !word.startsWith("update column"));
    expect(effects).toEqual(expected);
  });
});

describe("an auto-merge", () => {
  const values = { Done: { pullRequest: "autoMerge" } } as const;
  const enabled = aPull({ pullRequest: { ...BRANCH, autoMerge: true } });
  const ours = { autoMerge: true } as const;

  test.each([
    ["ours, and the page left the status", { item: enabled, link: ours }, ["cancelAutoMerge status = none"]],
    ["a person's", { item: enabled }, []],
    ["taken back by a person already", { item: aPull(), link: ours }, []],
    [
      "of what is merged",
      { item: aPull({ state: "merged", pullRequest: BRANCH }), link: ours, base: { page: "Done" } },
      undefined,
    ],
    ["ours, and the page still asks for it", { page: { status: "Done" }, item: enabled, link: ours }, ["merge status = merged"]],
    ["ours, and the status is emptied", { page: { status: null }, item: enabled, link: ours }, ["cancelAutoMerge status = none"]],
    [
      "ours, and the status cannot be read",
      {
        page: {
          status: null,
          problems: [{ field: "status", code: "property_missing", reason: "It is gone.", remedy: "Add it." }],
        },
        item: enabled,
        link: ours,
      },
      [],
    ],
    [
      "ours, of the companion",
      { item: anItem(), companion: enabled, link: ours },
      ["cancelAutoMerge status = none on companion"],
    ],
    [
      "ours, and the page is thrown away",
      { page: { inTrash: true }, item: enabled, link: ours },
      ["cancelAutoMerge status = none"],
    ],
  ] as const)("that is %s", (_, given, expected) => {
    const effects = words(plan({ values, ...given }));
    if (expected) expect(effects).toEqual(expected);
    else expect(effects.join()).not.toContain("cancelAutoMerge");
  });
});

describe("the draft state", () => {
  const values = { Ready: { draft: true }, "In Progress": { draft: false } };

  test.each([
    ["is set with the status", { page: { status: "In Progress" }, item: aPull({ isDraft: true }) }, "ready"],
    ["is asked for again when it was refused", { item: aPull() }, "draft"],
    ["is left alone when a person changed it afterwards", { item: aPull(), base: { draft: true } }, undefined],
    ["of what is closed is left alone", { item: aPull({ state: "closed" }), base: { state: "closed" } }, undefined],
    ["of a companion is set as well", { item: anItem(), companion: aPull() }, "draft on companion"],
  ] as const)("%s", (_, given, expected) => {
    const draft = words(plan({ values, ...given })).filter((word) => word.startsWith("update draft"));
    expect(draft).toEqual(expected === undefined ? [] : [`update draft = ${expected}`]);
  });

  test("is remembered once it agrees", () => {
    expect(plan({ values, item: aPull({ isDraft: true }) }).agreed).toContain("draft");
    expect(plan({ values, item: aPull() }).agreed).not.toContain("draft");
    expect(plan({ values, item: anItem() }).agreed).not.toContain("draft");
  });
});
