import { describe, expect, test } from "vitest";
import { conflictsOf, holdOf, nextAttemptOf, waitsUntil } from "../../functions/explain-ends.ts";
import type { LoneItemFacts, PairFacts } from "../../functions/explain-facts.ts";
import { planNow } from "../../functions/explain-plan.ts";
import { toSteps } from "../../functions/explain-steps.ts";
import { HELD_FROM } from "../../storage/changes.ts";
import { newMappingState } from "../../storage/mappings.ts";
import type { PageSnapshot } from "../../sync/model.ts";
import {
  aChange,
  aField,
  aLink,
  aMapping,
  anItem,
  aPage,
  aStatusMapping,
  DATA_SOURCE_ID,
  PAGE_ID,
  READ_AT,
} from "../support/builders.ts";

const LATER = "2026-01-01T10:20:00.000Z";
const TAKEN = { mapping: "engineering", hasFilter: false, takes: true };
const unread = (code: string) => ({ status: "unread", code, reason: "It did not answer", remedy: "Wait." }) as const;
const seen = (snapshot?: PageSnapshot, changes: object = {}): PairFacts["page"] => ({
  status: "found",
  value: { dataSourceId: DATA_SOURCE_ID, inTrash: false, verdicts: [TAKEN], ...(snapshot ? { snapshot } : {}), ...changes },
});

/** A linked pair in step; without changes nothing is to be said but that. */
function aPair(changes: Partial<PairFacts> = {}): PairFacts {
  const facts: PairFacts = {
    kind: "pair",
    pageId: PAGE_ID,
    page: seen(aPage()),
    item: { status: "found", value: anItem() },
    companion: { status: "notAsked" },
    mapping: aMapping(),
    sourceMappings: ["engineering"],
    link: aLink({ outcome: { status: "synced" }, syncedAt: READ_AT }),
    isOutdated: false,
    changes: [],
    state: newMappingState("engineering"),
    troubles: [],
    blockedUntil: {},
    isPartial: false,
    nowIso: "2026-01-01T10:10:00.000Z",
    ...changes,
  };
  const plan = planNow(facts);
  return plan ? { ...facts, plan } : facts;
}

/** A page without an item. */
function aLonePage(changes: Partial<PairFacts> = {}, page: Partial<PageSnapshot> = {}): PairFacts {
  const { link: _link, ...rest } = aPair({ page: seen(aPage({ reference: null, ...page })), item: { status: "notAsked" } });
  const { plan: _plan, ...facts } = { ...rest, ...changes };
  const plan = planNow(facts);
  return plan ? { ...facts, plan } : facts;
}

const told = (facts: PairFacts | LoneItemFacts): string => toSteps(facts).join("\n");

describe("the steps", () => {
  test("of a pair in step go from the source to what is next", () => {
    expect(toSteps(aPair())).toEqual([
      `The page ${PAGE_ID} is in the data source ${DATA_SOURCE_ID}, which is mapped by "engineering".`,
      'Mapping "engineering" has no filter: it takes every page.',
      'Its status "Ready" means an open item, which is made if there is none.',
      `It is linked with acme/web#12; last written to at ${READ_AT}.`,
      "acme/web#12 is an open issue.",
      "Nothing is due: it is looked at when one of its sides changes, and when everything is compared.",
      "When it was last looked at, both sides were in step.",
      "Both sides as they are now agree: a run would write nothing.",
    ]);
  });

  test("of a page that was found by its item begin with that", () => {
    expect(toSteps(aPair({ askedItem: "acme/web#12" }))[0]).toBe(`acme/web#12 belongs to the page ${PAGE_ID}.`);
    const companion = anItem({ kind: "pullRequest", number: 15, itemId: "4000000015", isDraft: true });
    const facts = aPair({
      askedItem: "acme/web#15",
      link: aLink({ companion }),
      companion: { status: "found", value: companion },
    });
    expect(told(facts)).toContain("acme/web#15 is the pull request that hangs on the item of the page");
    expect(told(facts)).toContain("on which the pull request acme/web#15 hangs");
    expect(told(facts)).toContain("acme/web#15 is an open draft pull request.");
  });

  test.each<[string, PairFacts, string]>([
    ["no mapping has the data source", aLonePage({ sourceMappings: [] }), "which no mapping has: nothing is synced from there."],
    ["a linked page was moved away", aPair({ sourceMappings: [] }), "which no mapping has: its link is let go."],
    [
      "a linked page was moved to another mapping",
      aPair({ page: seen(aPage({ dataSourceId: PAGE_ID }), { dataSourceId: PAGE_ID, verdicts: [] }), sourceMappings: ["web"] }),
      'is mapped by "web". It came from mapping "engineering", and its link goes along.',
    ],
    [
      "Notion does not find it",
      aPair({ page: { status: "missing" } }),
      "Notion does not find the page: it is deleted, or not shared",
    ],
    [
      "Notion is down",
      aPair({ page: unread("timeout") }),
      "Notion cannot be asked now (timeout), so this is what is remembered: It did not answer. Wait.",
    ],
    ["GitHub is down", aPair({ item: unread("unavailable") }), "GitHub cannot be asked now (unavailable)"],
    [
      "GitHub does not find the item",
      aPair({ item: { status: "missing" } }),
      "GitHub does not find acme/web#12: it is deleted, transferred",
    ],
    ["the page is in the trash", aPair({ page: seen(aPage({ inTrash: true }), { inTrash: true }) }), "The page is in the trash"],
    [
      "its mapping was removed",
      aLonePage({ mapping: undefined as never, formerMapping: "old" }),
      'belongs to mapping "old", which the configuration has no more',
    ],
  ])("say it when %s", (_, facts, words) => {
    expect(told(facts)).toContain(words);
  });

  test.each<[string, PairFacts["page"], boolean, readonly string[]]>([
    [
      "takes it",
      seen(aPage(), { verdicts: [{ ...TAKEN, hasFilter: true }] }),
      false,
      ['The filter of mapping "engineering" takes it.'],
    ],
    [
      "leaves it out, and the next takes it",
      seen(aPage(), { verdicts: [{ mapping: "web", hasFilter: true, takes: false }, TAKEN, { ...TAKEN, mapping: "third" }] }),
      false,
      ['The filter of mapping "web" leaves it out.', 'Mapping "engineering" has no filter: it takes every page.'],
    ],
    [
      "leaves a linked page out",
      seen(aPage(), {
        verdicts: [
          { mapping: "web", hasFilter: true, takes: true },
          { ...TAKEN, hasFilter: true, takes: false },
        ],
      }),
      true,
      ['The filter of mapping "engineering" leaves it out now; it is linked, and is synced as before.'],
    ],
    [
      "cannot be judged",
      seen(aPage(), {
        verdicts: [
          {
            ...TAKEN,
            takes: false,
            problem: { field: "filter", code: "filter_unclear", reason: "No property", remedy: "Make it." },
          },
          TAKEN,
        ],
      }),
      false,
      ['The filter of mapping "engineering" cannot be judged: No property. Make it.'],
    ],
  ])("of a filter that %s", (_, page, isLinked, steps) => {
    const all = toSteps(isLinked ? aPair({ page }) : aLonePage({ page }));
    expect(all.filter((step) => /filter/i.test(step))).toEqual(steps);
  });

  test("end for a page that no mapping takes, because nothing is meant to happen", () => {
    const facts = aLonePage({
      mapping: undefined as never,
      page: seen(undefined, { verdicts: [{ mapping: "engineering", hasFilter: true, takes: false }] }),
    });
    expect(toSteps(facts).slice(1)).toEqual([
      'The filter of mapping "engineering" leaves it out.',
      "It has no item.",
      "No mapping takes the page, so nothing is meant to happen.",
    ]);
  });

  test.each<[string | null, string, string]>([
    [null, 'Property "Status" is empty', "A run would write nothing: the page has no status."],
    ["Backlog", "makes no item, and means a linked one to be open", 'A run would write nothing: "Backlog" makes no item.'],
    ["Ready", "means an open item", "A run would now make an issue in acme/web."],
    ["Done", "means an item closed as completed, and a pull request merged", "there is no item to close."],
    ["Won't do", "means an item closed as not planned, and a pull request closed unmerged", "there is no item to close."],
    ["Someday", "is not in the mapping, so it makes and changes nothing. Listed are", "A run would fail (status_unlisted)"],
  ])("tell what the status %s means, and what follows", (status, means, next) => {
    const steps = told(aLonePage({}, { status }));
    expect(steps).toContain(means);
    expect(steps).toContain(next);
  });

  test("say what a run would fail by, and what it would write about that, unless the last one said so", () => {
    expect(toSteps(aLonePage({}, { status: "Someday" })).slice(-3)).toEqual([
      expect.stringMatching(/^A run would fail \(status_unlisted\): The status "Someday" is not in mapping/),
      'It would write what is wrong into "Sync".',
      expect.stringContaining("POST /api/sync"),
    ]);
    const outcome = { status: "failed", code: "status_unlisted", reason: "Not listed.", remedy: "Choose one." } as const;
    const attention = {
      ...({ mapping: "engineering", kind: "failure", pageId: PAGE_ID, outcome, item: null } as const),
      ...{ attempts: 2, nextAttemptAt: LATER, since: READ_AT },
    };
    expect(told(aLonePage({ attention }, { status: "Someday" }))).not.toContain("A run would fail");
    expect(told(aPair({ page: seen(aPage({ inTrash: true }), { inTrash: true }) }))).toContain(
      "A run would now let the item go, because the page is in the trash.",
    );
  });

  test("tell of a status that cannot be read, and of one that only comes from GitHub", () => {
    const problem = { field: "status", code: "property_missing", reason: "There is no property", remedy: "Make it." };
    expect(told(aLonePage({}, { problems: [problem], status: null }))).toContain(
      "The status cannot be read: There is no property. Make it.",
    );
    const mapping = aMapping({ status: aStatusMapping({ direction: "toNotion" }) });
    expect(told(aLonePage({ mapping }))).toContain("the status goes from GitHub to Notion only.");
  });

  test.each<[string, Partial<PairFacts>, string]>([
    [
      "its creation was begun",
      {
        link: {
          mapping: "engineering",
          pageId: PAGE_ID,
          state: "reserved",
          reservation: { attempt: "a", sentAt: READ_AT, deadlineAt: LATER, repository: "acme/web", looks: 0 },
        },
      },
      `Its item is being made in acme/web since ${READ_AT}; if the answer is lost, GitHub is looked at from ${LATER} on`,
    ],
    ["it let the item go", { link: aLink({ state: "detached" }) }, "It was linked with acme/web#12 and let it go"],
    [
      "one side is missing",
      { link: aLink({ missing: { side: "github", since: READ_AT } }) },
      `GitHub does not find its side since ${READ_AT}`,
    ],
    [
      "a run writes to it",
      { link: aLink({ stamp: { attempt: "a", holdUntil: LATER } }) },
      `A run writes to the pair, until ${LATER} at most.`,
    ],
    ["its mapping was changed", { isOutdated: true }, "The mapping was changed since"],
    [
      "it is paused",
      { state: { ...newMappingState("engineering"), paused: true } },
      'Mapping "engineering" is paused: changes are stored and wait. POST /api/mappings/engineering/resume goes on.',
    ],
    [
      "a run is under way",
      { state: { ...newMappingState("engineering"), runStartedAt: READ_AT } },
      `A run of the mapping is under way since ${READ_AT}.`,
    ],
    [
      "a source cannot be read",
      { troubles: [{ service: "github", code: "forbidden", reason: "May not", since: READ_AT }] },
      "The repository cannot be read (forbidden): May not.",
    ],
    ["a limit was met", { blockedUntil: { github: LATER } }, `A limit of GitHub was met: nothing is sent there until ${LATER}.`],
  ])("say it when %s", (_, changes, words) => {
    expect(told(aPair(changes))).toContain(words);
  });

  test.each<[string, Partial<NonNullable<PairFacts["named"]>>, string, string]>([
    ["that is free", {}, "an open issue that belongs to no page.", "A run would now link the page with acme/web#12"],
    [
      "of another page",
      { owner: { mapping: "web", pageId: "p" } },
      'which belongs to the page p of mapping "web".',
      "make an issue in acme/web",
    ],
    ["with the marker of another page", { markedFor: "p" }, "whose text carries the marker of the page p.", ""],
    ["that is not there", { item: { status: "missing" } }, "which GitHub does not find: none is made in its place.", ""],
    [
      "that cannot be asked for",
      { item: unread("timeout") },
      "The page names acme/web#12. GitHub cannot be asked now (timeout)",
      "",
    ],
  ])("tell of an item %s that the page names", (_, changes, words, next) => {
    const named = { name: "acme/web#12", item: { status: "found", value: anItem() } as const, ...changes };
    const steps = told(aLonePage({ named }, { reference: "acme/web#12" }));
    expect(steps).toContain(words);
    expect(steps).toContain(next);
    if (next === "") expect(steps).not.toContain("A run would");
  });

  test.each<[string, Parameters<typeof aChange>[0], string]>([
    ["a delivery", {}, "A change of the page is due since 2026-01-01T10:05:00.000Z: a webhook told of it."],
    [
      "the poll",
      { source: "poll", side: "github", id: "1" },
      "A change of the item is due since 2026-01-01T10:05:00.000Z: a read of its source showed it.",
    ],
    ["a person", { source: "request" }, "somebody asked for it."],
    ["a next try", { source: "retry", attempts: 1, notBefore: LATER }, `The next try is due at ${LATER}; it was tried once.`],
    [
      "a wait for a branch",
      { source: "retry", attempts: 3, notBefore: LATER, waitsFor: "b" },
      "or at the next push, check or review of its branch; it was tried 3 times.",
    ],
    ["a saved plan", { planId: "20260101-a" }, "A saved plan (20260101-a) is to be carried out for the page"],
    ["a hold", { notBefore: HELD_FROM }, "What is to be done is kept until the hold is confirmed."],
  ])("say what is due by %s", (_, change, words) => {
    expect(told(aPair({ changes: [aChange(change)] }))).toContain(words);
  });

  test.each<[string, Partial<PairFacts>, string]>([
    [
      "failed",
      { link: aLink({ outcome: { status: "failed", code: "label_missing", reason: "No such label", remedy: "Make it." } }) },
      "it failed (label_missing): No such label. Make it.",
    ],
    [
      "waits",
      {
        link: aLink({
          outcome: {
            status: "waiting",
            until: LATER,
            code: "review_required",
            reason: "A review is required.",
            remedy: "Ask for one.",
          },
        }),
      },
      "it had to wait (review_required): A review is required. Ask for one.",
    ],
    [
      "had nothing to do",
      { link: aLink({ outcome: { status: "unchanged", why: "the page is in the trash" } }) },
      "nothing was to be done: the page is in the trash.",
    ],
    [
      "is held",
      {
        link: aLink({ outcome: { status: "held", holdId: "merges-engineering", reason: "Too many." } }),
        state: { ...newMappingState("engineering"), holds: [{ id: "merges-engineering", kind: "merges", since: READ_AT }] },
      },
      'It is held by "merges-engineering": Too many.',
    ],
    [
      "was held",
      { link: aLink({ outcome: { status: "held", holdId: "merges-engineering", reason: "Too many." } }) },
      'It was held by "merges-engineering", which is confirmed',
    ],
    [
      "has a conflict that was settled",
      { link: aLink({ conflicts: [{ field: "title", page: "One", item: "Other", taken: "notion" }] }) },
      'A conflict: "title" was changed on both sides, and the value of Notion stands',
    ],
    [
      "has a conflict for a person",
      {
        link: aLink({
          outcome: { status: "conflict", conflicts: [{ field: "title", page: "One", item: "Other", taken: null }] },
        }),
      },
      'A conflict: "title" differs, and neither side is touched.',
    ],
    ["has a note", { link: aLink({ noted: "unmatched" }) }, "A note: unmatched."],
  ])("say how a pair ended that %s, and never a value", (_, changes, words) => {
    expect(told(aPair(changes))).toContain(words);
    expect(told(aPair(changes))).not.toMatch(/One|Other/);
  });

  test("name what a run would write by its field, and that nobody knows of it yet", () => {
    const facts = aPair({ page: seen(aPage({ status: "Done", fields: { title: "Secret title" } })) });
    expect(told(facts)).toContain('A run would now write "title" to GitHub and close the item.');
    expect(told(facts)).toContain(`POST /api/sync {"pageIds": ["${PAGE_ID}"]} has it looked at now.`);
    expect(told(facts)).not.toContain("Secret");
    expect(told({ ...facts, changes: [aChange()] })).not.toContain("POST /api/sync");
  });

  test("say what was not compared, and leave it out", () => {
    const mapping = aMapping({
      fields: [aField(), aField({ notion: "Parent", github: "parent" }), aField({ notion: "Points", github: "project.Points" })],
    });
    const facts = aPair({
      mapping,
      isPartial: true,
      page: seen(aPage({ fields: { title: "Fix the door", parent: ["x"], "project.Points": 3 } })),
    });
    expect(told(facts)).toContain(
      "a run would write nothing. Fields of the project, parents and the text of the page were not compared",
    );
  });

  test("tell of the next try once, and of what was written by an attempt that nobody heard of as of no edit", () => {
    const changes = [
      aChange({ source: "retry", attempts: 2, notBefore: LATER }),
      aChange({ source: "retry", attempts: 1, notBefore: "2026-01-01T10:19:00.000Z", side: "github", id: "4000000012" }),
    ];
    const after = { page: "Mended", item: "Mended" };
    const link = aLink({ intent: { fields: { title: { after, writes: ["github"] } } } });
    const item = anItem({ fields: { title: "Mended" } });
    const facts = aPair({
      changes,
      link,
      item: { status: "found", value: item },
      page: seen(aPage({ fields: { title: "Later" } })),
    });

    expect(toSteps(facts).filter((step) => step.startsWith("The next try"))).toEqual([
      "The next try is due at 2026-01-01T10:19:00.000Z; it was tried once.",
    ]);
    expect(toSteps(facts).at(-1)).toBe('A run would now write "title" to GitHub.');
    expect(facts.plan?.conflicts).toEqual([]);
  });

  test("say nothing of an attempt whose time is over, and foresee what a run would do", () => {
    const link = aLink({ stamp: { attempt: "a", holdUntil: "2026-01-01T10:09:59.999Z" } });
    const facts = told(aPair({ link, page: seen(aPage({ status: "Done" })) }));
    expect(facts).not.toContain("A run writes to the pair");
    expect(facts).toContain("A run would now close the item.");
  });

  test("foresee nothing that only a run can judge", () => {
    const link = aLink({ stamp: { attempt: "a", holdUntil: LATER } });
    expect(told(aPair({ link, page: seen(aPage({ status: "Done" })) }))).not.toContain("A run would");
    expect(told(aPair({ isOutdated: true, page: seen(aPage({ status: "Done" })) }))).not.toContain("A run would");
    const companion = anItem({ kind: "pullRequest", number: 15, itemId: "4000000015" });
    const unseen = aPair({ link: aLink({ companion }), companion: unread("timeout"), page: seen(aPage({ status: "Done" })) });
    expect(told(unseen)).not.toContain("A run would");
  });
});

describe("the steps of an item without a page", () => {
  const lone = (changes: Partial<LoneItemFacts> = {}): LoneItemFacts => ({
    kind: "item",
    name: "acme/web#12",
    item: { status: "found", value: anItem({ state: "closed", reason: "not_planned" }) },
    mappings: ["engineering", "web"],
    isSearchCut: false,
    ...changes,
  });

  test("tell what it is, who maps its repository, and how to link it", () => {
    expect(toSteps(lone())).toEqual([
      "acme/web#12 is an issue closed as not planned.",
      'The repository acme/web is mapped by "engineering" and "web".',
      "No page is linked with it.",
      'This version makes no pages for items of GitHub. To link it, write acme/web#12 into the "GitHub" property of a page that has no item.',
    ]);
  });

  test.each<[string, Partial<LoneItemFacts>, string]>([
    ["its repository is foreign", { mappings: [] }, "No mapping has the repository acme/web."],
    ["its text names a page", { markedFor: PAGE_ID }, `Its text carries the marker of the page ${PAGE_ID}`],
    ["GitHub is down", { item: unread("timeout") }, "GitHub cannot be asked now (timeout)"],
    [
      "not all links were looked through",
      { item: unread("timeout"), isSearchCut: true },
      "None of the links that were looked through names it.",
    ],
  ])("say it when %s", (_, changes, words) => {
    expect(told(lone(changes))).toContain(words);
  });
});

describe("what is told beside the steps", () => {
  test("the next try is the earliest, and none while a person has to confirm", () => {
    expect(nextAttemptOf(aPair({ changes: [aChange({ notBefore: LATER }), aChange()] }))).toBe("2026-01-01T10:05:00.000Z");
    expect(nextAttemptOf(aPair({ changes: [aChange({ notBefore: HELD_FROM })] }))).toBeUndefined();
  });

  test("the time of a wait is told, and none of a wait for people", () => {
    const waiting = (until: string) => aPair({ link: aLink({ outcome: { status: "waiting", until, code: "c", reason: "r" } }) });
    expect(waitsUntil(waiting(LATER))).toBe(LATER);
    expect(waitsUntil(waiting("9999-12-31T00:00:00.000Z"))).toBeUndefined();
    expect(waitsUntil(aPair())).toBeUndefined();
  });

  test("a hold is told while it is not confirmed; conflicts are those of the link", () => {
    const link = aLink({ outcome: { status: "held", holdId: "h", reason: "r" } });
    const hold = { id: "h", kind: "merges", since: READ_AT } as const;
    expect(holdOf(aPair({ link }))).toBeUndefined();
    expect(holdOf(aPair({ link, state: { ...newMappingState("engineering"), holds: [hold] } }))).toEqual(hold);
    expect(conflictsOf(aPair())).toEqual([]);
  });
});
