import { describe, expect, test } from "vitest";
import type { PairPlan } from "../../sync/effect.ts";
import type { Mapping } from "../../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot, Link, PageSnapshot } from "../../sync/model.ts";
import { isInStep, planPair } from "../../sync/plan.ts";
import { aField, aLink, aMapping, anItem, aPage, aStatusMapping, REPOSITORY } from "../support/builders.ts";

const NO_LINK: Link | undefined = undefined;

interface Given {
  readonly mapping?: Mapping;
  readonly page?: Partial<PageSnapshot>;
  readonly item?: Partial<ItemSnapshot> | null;
  readonly link?: Link | undefined;
}

/** Plans a linked pair in step, with what is given changed; `item: null`: it cannot be read. */
function plan(given: Given): PairPlan {
  return planPair({
    mapping: given.mapping ?? aMapping(),
    page: aPage(given.page),
    item: given.item === null ? undefined : anItem(given.item),
    link: "link" in given ? given.link : aLink(),
  });
}

/** The effects in a few words: `github update title = New`. */
function words({ effects }: PairPlan): readonly string[] {
  return effects.map(({ side, kind, field, to }) => `${side} ${kind} ${field} = ${String(to)}`);
}

const problem = (field: string, code = "property_missing"): FieldProblem => ({
  field,
  code,
  reason: `The ${field} cannot be read.`,
  remedy: "Mend it.",
});

const detached = aLink({ state: "detached" });
const unlinked = { item: null, link: NO_LINK } as const;

test.each([
  { name: "256 characters", title: "x".repeat(256), code: undefined },
  { name: "255 and an emoji", title: `${"x".repeat(255)}😀`, code: undefined },
  { name: "257 characters", title: "x".repeat(257), code: "title_too_long" },
  { name: "256 with a mention, whose guard makes it one more", title: `@ada ${"x".repeat(251)}`, code: "title_too_long" },
])("a title of $name is sent, or named as too long and never sent", ({ title, code }) => {
  const page = aPage({ status: "Ready", fields: { title } });

  const unlinked = planPair({ mapping: aMapping(), page, item: undefined, link: undefined });
  const item = anItem({ fields: { ...anItem().fields, title: "Short" } });
  const linked = planPair({
    mapping: aMapping(),
    page,
    item,
    link: aLink({ base: { fields: { title: { page: "Short", item: "Short" } } } }),
  });

  expect(unlinked.effects.some((effect) => effect.kind === "create")).toBe(code === undefined);
  expect(linked.effects.some((effect) => effect.field === "title")).toBe(code === undefined);
  for (const plan of [unlinked, linked]) expect(plan.problems.map((problem) => problem.code)).toEqual(code ? [code] : []);
});

test("a page whose status only follows GitHub makes no item", () => {
  const mapping = aMapping({ status: aStatusMapping({ direction: "toNotion" }) });

  const plan = planPair({ mapping, page: aPage({ status: "Ready" }), item: undefined, link: undefined });

  expect(plan).toMatchObject({ step: "none", effects: [], stop: { status: "unchanged" } });
});

describe("a page without an item", () => {
  test.each([
    { name: "Ready makes an issue", page: { status: "Ready" }, step: "create", stop: undefined },
    { name: "In Progress makes an issue", page: { status: "In Progress" }, step: "create", stop: undefined },
    { name: "Backlog makes none", page: { status: "Backlog" }, step: "none", stop: "unchanged" },
    { name: "Done makes none: there is nothing to close", page: { status: "Done" }, step: "none", stop: "unchanged" },
    { name: "no status makes none", page: { status: null }, step: "none", stop: "unchanged" },
    { name: "an unlisted status is said on the page", page: { status: "Blocked" }, step: "none", stop: "failed" },
    { name: "without a title it waits", page: { fields: { title: null } }, step: "none", stop: "waiting" },
    { name: "with a blank title it waits", page: { fields: { title: " \n" } }, step: "none", stop: "waiting" },
    { name: "an unreadable title stops it", page: { problems: [problem("title")] }, step: "none", stop: "failed" },
    { name: "an unreadable status stops it", page: { problems: [problem("status")] }, step: "none", stop: "failed" },
    {
      name: "an unreadable reference stops it: it may have an item",
      page: { problems: [problem("reference")] },
      step: "none",
      stop: "failed",
    },
    { name: "another unreadable field does not", page: { problems: [problem("labels")] }, step: "create", stop: undefined },
    { name: "in the trash it makes none", page: { inTrash: true }, step: "none", stop: "unchanged" },
  ])("$name", ({ page, step, stop }) => {
    const made = plan({ ...unlinked, page: { reference: null, ...page } });

    expect(made.step).toBe(step);
    expect(made.stop?.status).toBe(stop);
    expect(made.effects.some(({ kind }) => kind === "create")).toBe(step === "create");
  });

  test("is made with its title, trimmed, in the mapping's repository", () => {
    const [create] = plan({ ...unlinked, page: { reference: null, fields: { title: "  Fix the door " } } }).effects;

    expect(create).toMatchObject({
      side: "github",
      kind: "create",
      field: "item",
      repository: REPOSITORY,
      title: "Fix the door",
    });
  });

  test("plans its creation again while it is reserved, and after it was detached", () => {
    for (const link of [aLink({ state: "reserved" }), detached]) {
      expect(plan({ item: null, link, page: { reference: null } }).step).toBe("create");
    }
  });

  test("says once what is wrong, and empties the notice when nothing is", () => {
    const wrong = plan({ ...unlinked, page: { status: "Blocked", reference: null } });
    const notice = String(wrong.effects[0]?.to);

    expect(words(wrong)).toEqual([`notion update notice = ${notice}`]);
    expect(notice).toContain('"Blocked"');
    expect(words(plan({ ...unlinked, page: { status: "Blocked", reference: null, notice } }))).toEqual([]);
    expect(words(plan({ ...unlinked, page: { status: "Backlog", reference: null, notice } }))).toEqual([
      "notion update notice = ",
    ]);
  });
});

describe("a page that names an item", () => {
  test.each([
    { name: "without a link", link: NO_LINK },
    { name: "whose link was detached", link: detached },
  ])("$name is linked to it, and nothing is written when both agree", ({ link }) => {
    const made = plan({ link });

    expect(made.step).toBe("adopt");
    expect(words(made)).toEqual([]);
    expect(made.agreed).toEqual(["title", "status"]);
  });

  test("settles by the rule what differs at first sight, and keeps the value that loses", () => {
    const made = plan({ link: NO_LINK, item: { fields: { title: "Other" } } });

    expect(words(made)).toEqual(["github update title = Fix the door"]);
    expect(made.conflicts).toEqual([{ field: "title", page: "Fix the door", item: "Other", taken: "notion" }]);
  });

  test("forgets the base of a link that was detached", () => {
    const made = plan({ link: detached, page: { status: "Done" } });

    expect(words(made)).toEqual([]);
    expect(made.conflicts).toEqual([{ field: "status", page: "Done", item: "open", taken: null }]);
  });

  test("is linked, listed and not closed when it means closed; and stays listed until a side moves", () => {
    const first = plan({ link: NO_LINK, page: { status: "Done" } });
    const base = { ...aLink().base, fields: {}, status: { page: "Done", state: "open", reason: null } } as const;
    const later = plan({ link: aLink({ base }), page: { status: "Done" } });

    expect([first.step, later.step]).toEqual(["adopt", "none"]);
    for (const made of [first, later]) {
      expect(words(made)).toEqual([]);
      expect(made.agreed).toContain("status");
      expect(made.conflicts).toEqual([{ field: "status", page: "Done", item: "open", taken: null }]);
    }
    expect(words(plan({ link: aLink({ base }), page: { status: "Won't do" } }))).toEqual(["github close status = closed"]);
  });
});

describe("a linked pair", () => {
  test.each<Given & { name: string; expected: readonly string[] }>([
    { name: "in step: nothing", expected: [] },
    { name: "title edited in Notion", page: { fields: { title: "New" } }, expected: ["github update title = New"] },
    { name: "title edited on GitHub", item: { fields: { title: "New" } }, expected: ["notion update title = New"] },
    {
      name: "title and status edited on different sides: both arrive",
      page: { fields: { title: "New" } },
      item: { state: "closed", reason: "completed" },
      expected: ["github update title = New", "notion update status = Done"],
    },
    { name: "Done closes", page: { status: "Done" }, expected: ["github close status = closed"] },
    { name: "closed on GitHub", item: { state: "closed", reason: "not_planned" }, expected: ["notion update status = Won't do"] },
    { name: "the reference was emptied", page: { reference: null }, expected: ["notion update reference = acme/web#12"] },
    {
      name: "the item was transferred",
      item: { repository: "acme/new", number: 3 },
      expected: ["notion update reference = acme/new#3"],
    },
    {
      name: "an unreadable reference is left alone",
      page: { reference: null, problems: [problem("reference")] },
      expected: ["notion update notice = The reference cannot be read. Mend it."],
    },
    { name: "an old notice is emptied", page: { notice: "It was wrong." }, expected: ["notion update notice = "] },
  ])("$name", ({ expected, name: _, ...given }) => {
    expect(words(plan(given))).toEqual(expected);
  });

  test("closes for the reason that the status gives", () => {
    expect(plan({ page: { status: "Done" } }).effects).toMatchObject([{ kind: "close", reason: "completed" }]);
    expect(plan({ page: { status: "Won't do" } }).effects).toMatchObject([{ kind: "close", reason: "not_planned" }]);
  });

  test("keeps the value that lost, for each rule", () => {
    const given = { page: { fields: { title: "Page's" } }, item: { fields: { title: "Item's" } } };
    const withRule = (conflict: "notion" | "github" | "hold") =>
      plan({ ...given, mapping: aMapping({ fields: [aField({ conflict })] }) });

    expect(words(withRule("notion"))).toEqual(["github update title = Page's"]);
    expect(words(withRule("github"))).toEqual(["notion update title = Item's"]);
    expect(words(withRule("hold"))).toEqual([]);
    for (const [conflict, taken] of [
      ["notion", "notion"],
      ["github", "github"],
      ["hold", null],
    ] as const) {
      expect(withRule(conflict).conflicts).toEqual([{ field: "title", page: "Page's", item: "Item's", taken }]);
    }
  });

  test("never empties a title on GitHub, and says so on the page", () => {
    const made = plan({ page: { fields: { title: " " } } });

    expect(made.problems.map(({ code }) => code)).toEqual(["title_empty"]);
    expect(made.effects.map(({ side, field }) => `${side} ${field}`)).toEqual(["notion notice"]);
  });

  test.each([
    { name: "a field of the page", given: { page: { fields: {}, problems: [problem("title")] } } },
    { name: "a field of the item", given: { item: { fields: {}, problems: [problem("title")] } } },
    { name: "the status", given: { page: { status: null, problems: [problem("status")] }, item: { state: "closed" as const } } },
  ])("lets $name that cannot be read stand still, and says so on the page", ({ given }) => {
    const made = plan(given);

    expect(made.problems).toHaveLength(1);
    expect(made.effects.map(({ side, field }) => `${side} ${field}`)).toEqual(["notion notice"]);
  });

  test.each([{ page: { fields: {}, problems: [problem("title")] } }, { item: { fields: {}, problems: [problem("title")] } }])(
    "takes what cannot be read at first sight for no clash: %j",
    (given) => {
      const made = plan({ ...given, link: NO_LINK });

      expect(made.conflicts).toEqual([]);
      expect(made.agreed).toEqual(["status"]);
    },
  );

  test("does the other fields when one cannot be read", () => {
    const made = plan({ page: { fields: {}, problems: [problem("title")], status: "Done" } });

    expect(made.effects.map(({ side, field }) => `${side} ${field}`)).toEqual(["github status", "notion notice"]);
  });

  test("says an unlisted status on the page and leaves the item alone", () => {
    const made = plan({ page: { status: "Blocked" } });

    expect(made.problems.map(({ code }) => code)).toEqual(["status_unlisted"]);
    expect(made.effects.map(({ side, field }) => `${side} ${field}`)).toEqual(["notion notice"]);
  });

  test("writes no notice where no property is mapped for it, or the property cannot be read", () => {
    const mapping = aMapping();
    const silent = { ...mapping, notion: { ...mapping.notion, errorProperty: null } };

    expect(words(plan({ mapping: silent, page: { status: "Blocked" } }))).toEqual([]);
    expect(words(plan({ page: { status: "Blocked", problems: [problem("notice")] } }))).toEqual([]);
  });

  test("fails when its item cannot be read: absence is never deletion", () => {
    const made = plan({ item: null });

    expect(made.stop).toMatchObject({ status: "failed", code: "item_missing" });
    expect(made.effects.map(({ side, field }) => `${side} ${field}`)).toEqual(["notion notice"]);
  });

  test("is detached when its page is in the trash, and neither side is written to", () => {
    const made = plan({ page: { inTrash: true, fields: { title: "New" }, status: "Done" } });

    expect(made).toMatchObject({ step: "detach", effects: [], stop: { status: "unchanged" } });
  });

  test("never closes, reopens or flips back a pull request that is merged", () => {
    const base = { fields: {}, status: { page: "Done", state: "merged", reason: null } } as const;
    const made = plan({ link: aLink({ base }), item: { kind: "pullRequest", state: "merged" }, page: { status: "Ready" } });

    expect(made.problems.map(({ field }) => field)).toEqual(["status"]);
    expect(made.effects.filter(({ field }) => field === "status")).toEqual([]);
  });
});

test.each([
  { status: "Ready", state: "open", inStep: true },
  { status: "Done", state: "open", inStep: false },
  { status: "Done", state: "closed", inStep: true },
  { status: "Blocked", state: "open", inStep: false },
  { status: null, state: "open", inStep: false },
] as const)("a page with $status and an item that is $state are in step: $inStep", ({ status, state, inStep }) => {
  const item = anItem({ state, reason: state === "closed" ? "completed" : null });

  expect(isInStep(aMapping({ status: aStatusMapping() }), aPage({ status }), item)).toBe(inStep);
});
