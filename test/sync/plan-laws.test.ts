import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameValue } from "../../sync/field-value.ts";
import type { ConflictRule, Direction, Mapping } from "../../sync/mapping.ts";
import type { ItemSnapshot, PageSnapshot, Side } from "../../sync/model.ts";
import { isInStep } from "../../sync/plan.ts";
import { findStatusValue } from "../../sync/status.ts";
import { aField, aMapping, anItem, aPage, aStatusMapping } from "../support/builders.ts";
import { carryOut, planOf, stepsOf } from "./carry-out.ts";
import type { Pair } from "./carry-out.ts";

const RUNS = { numRuns: 400 };

const direction = fc.constantFrom<Direction>("both", "both", "toGithub", "toNotion");
const conflict = fc.constantFrom<ConflictRule>("notion", "github", "hold");
const rule = fc.record({ direction, conflict });
const text = fc.constantFrom("Fix the door", "Fix the window", "Fix the roof ", "Paint it");
const set = fc.uniqueArray(fc.constantFrom<string>("bug", "docs", "ui")).map((members) => members.sort());

const labelled = aMapping({ fields: [aField(), aField({ notion: "Labels", github: "labels" })] });

const mappings: fc.Arbitrary<Mapping> = fc
  .record({
    title: rule,
    labels: rule,
    status: rule,
    reopened: fc.constantFrom(null, "In Progress"),
    errorProperty: fc.constantFrom(null, "Sync"),
  })
  .map(({ title, labels, status, reopened, errorProperty }) => {
    const mapping = aMapping({
      fields: [aField(title), aField({ notion: "Labels", github: "labels", ...labels })],
      status: aStatusMapping({ ...status, reopened }),
    });
    return { ...mapping, notion: { ...mapping.notion, errorProperty } };
  });

/** What people do on one side; an empty record is nothing. */
const pageEdit: fc.Arbitrary<Partial<PageSnapshot>> = fc
  .record(
    {
      status: fc.constantFrom(null, "Backlog", "Ready", "In Progress", "Done", "Won't do", "Blocked"),
      title: fc.oneof({ weight: 5, arbitrary: text }, fc.constant(null)),
      labels: set,
      milestone: text,
      reference: fc.constantFrom(null, "acme/web#12"),
    },
    { requiredKeys: [] },
  )
  .map(({ title, labels, milestone, ...rest }) => ({ ...rest, fields: given({ title, labels, milestone }) }));

const itemEdit: fc.Arbitrary<Partial<ItemSnapshot>> = fc
  .record(
    {
      status: fc.constantFrom(
        { state: "open", reason: null } as const,
        ...(["completed", "not_planned", "duplicate", null] as const).map((reason) => ({ state: "closed", reason }) as const),
      ),
      title: text.map((title) => title.trim()),
      labels: set,
      milestone: text,
    },
    { requiredKeys: [] },
  )
  .map(({ status, title, labels, milestone }) => ({ ...status, fields: given({ title, labels, milestone }) }));

function given<T extends object>(values: T): { [K in keyof T]: NonNullable<T[K]> | null } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]> | null;
  };
}

interface Round {
  readonly page: Partial<PageSnapshot>;
  readonly item: Partial<ItemSnapshot>;
  /** How many steps are done before the run is killed; runs beyond the last step end whole. */
  readonly steps: number;
}

const rounds = fc.array(
  fc.record({ page: pageEdit, item: itemEdit, steps: fc.oneof(fc.constant(99), fc.nat(6)) }, { noNullPrototype: true }),
  { maxLength: 5 },
);

const nothingEdited = { page: {}, item: {}, steps: 0 };

function edit(pair: Pair, { page, item }: Pick<Round, "page" | "item">): Pair {
  return {
    ...pair,
    page: { ...pair.page, ...page, fields: { ...pair.page.fields, ...page.fields } },
    item: { ...pair.item, ...item, fields: { ...pair.item.fields, ...item.fields } },
  };
}

/** Any state that edits, runs and killed runs lead to. */
function reach(mapping: Mapping, history: readonly Round[]): Pair {
  const labels = { labels: [] as string[] };
  let pair: Pair = {
    page: aPage({ fields: { title: "Fix the door", ...labels, milestone: "v1" } }),
    item: anItem({ fields: { title: "Fix the door", ...labels, milestone: "v2" } }),
    base: undefined,
  };
  for (const round of history) {
    const edited = edit(pair, round);
    pair = carryOut(edited, planOf(mapping, edited), round.steps);
  }
  return pair;
}

/** Runs until nothing is left to do; a plan that leaves something to do is a failed law. */
function settle(mapping: Mapping, pair: Pair): Pair {
  return carryOut(pair, planOf(mapping, pair));
}

const states = fc.record({ mapping: mappings, history: rounds, last: fc.record({ page: pageEdit, item: itemEdit }) });
const stateOf = ({
  mapping,
  history,
  last,
}: {
  mapping: Mapping;
  history: readonly Round[];
  last: Pick<Round, "page" | "item">;
}) => edit(reach(mapping, history), last);

describe("laws of the plan, from any state that edits, runs and killed runs lead to", () => {
  test("a plan that was carried out plans nothing more", () => {
    fc.assert(
      fc.property(states, (given) => {
        const after = settle(given.mapping, stateOf(given));

        expect(planOf(given.mapping, after).effects).toEqual([]);
      }),
      RUNS,
    );
  });

  test("planning is deterministic, and changes nothing that it is given", () => {
    fc.assert(
      fc.property(states, (given) => {
        const pair = stateOf(given);
        const before = structuredClone(pair);
        const plan = planOf(given.mapping, pair);

        expect(planOf(given.mapping, structuredClone(pair))).toEqual(plan);
        expect(pair).toEqual(before);
      }),
      RUNS,
    );
  });

  test("no scalar field is written to both sides, and nothing is written twice", () => {
    fc.assert(
      fc.property(states, (given) => {
        const { effects } = planOf(given.mapping, stateOf(given));
        const written = effects.map(({ side, field }) => `${side} ${field}`);

        expect(new Set(written).size).toBe(written.length);
        for (const field of ["title", "status"]) {
          expect(new Set(effects.filter((effect) => effect.field === field).map(({ side }) => side)).size).toBeLessThan(2);
        }
      }),
      RUNS,
    );
  });

  test("what is not mapped is never touched, nor what is written without a change", () => {
    fc.assert(
      fc.property(states, (given) => {
        const { mapping } = given;
        const pair = stateOf(given);
        const { effects } = planOf(mapping, pair);
        const after = settle(mapping, pair);

        const mapped = ["title", "labels", "status", "reference", ...(mapping.notion.errorProperty === null ? [] : ["notice"])];
        for (const effect of effects) {
          expect(mapped).toContain(effect.field);
          if (effect.kind === "update") expect(isSameValue(effect.from, effect.to)).toBe(false);
        }
        expect([after.page.fields["milestone"], after.item.fields["milestone"]]).toEqual([
          pair.page.fields["milestone"],
          pair.item.fields["milestone"],
        ]);
      }),
      RUNS,
    );
  });

  test("one way, the other side is never written to", () => {
    fc.assert(
      fc.property(states, (given) => {
        const { mapping } = given;
        const { effects } = planOf(mapping, stateOf(given));
        const rules = [
          ...mapping.fields.map(({ github, direction: way }) => ({ field: github, way })),
          { field: "status", way: mapping.status.direction },
        ];

        for (const { field, way } of rules) {
          const sides = effects.filter((effect) => effect.field === field).map(({ side }) => side);
          if (way === "toGithub") expect(sides).not.toContain("notion");
          if (way === "toNotion") expect(sides).not.toContain("github");
        }
      }),
      RUNS,
    );
  });

  test("nothing is closed before its page was seen elsewhere", () => {
    fc.assert(
      fc.property(mappings, pageEdit, itemEdit, (mapping, page, item) => {
        const pair = edit(reach(mapping, []), { page, item });
        const { effects } = planOf(mapping, pair);

        expect(effects.map(({ kind }) => kind)).not.toContain("close");
        expect(planOf(mapping, settle(mapping, pair)).effects.map(({ kind }) => kind)).not.toContain("close");
      }),
      RUNS,
    );
  });
});

describe("an edit on one side only arrives, or is reported", () => {
  /** A pair in step, mapped both ways. */
  const settled = fc
    .record({ mapping: mappings, history: rounds })
    .map(({ mapping, history }) => {
      const fields = mapping.fields.map((field) => ({ ...field, direction: "both" as const }));
      return { mapping: { ...mapping, fields, status: { ...mapping.status, direction: "both" as const } }, history };
    })
    .map(({ mapping, history }) => ({ mapping, pair: settle(mapping, reach(mapping, history)) }))
    .filter(({ mapping, pair }) => {
      const { conflicts, problems } = planOf(mapping, pair);
      return (
        conflicts.length + problems.length === 0 &&
        isSameValue(pair.page.fields["labels"] ?? [], pair.item.fields["labels"] ?? [])
      );
    });

  /** A field that is not carried that way yet stays as it is on the other side. */
  const inStep: Pair = { ...reach(labelled, []), base: { fields: { labels: { page: [], item: [] } } } };
  const bug = { fields: { labels: ["bug"] } };
  const carries = (side: Side, edited: Partial<Round>): boolean =>
    planOf(labelled, edit(inStep, { page: {}, item: {}, ...edited })).effects.some(
      (effect) => effect.field === "labels" && effect.side === side,
    );
  const toGithub = carries("github", { page: bug });
  const toNotion = carries("notion", { item: bug });

  const isReported = (mapping: Mapping, pair: Pair, field: string): boolean => {
    const { problems, conflicts } = planOf(mapping, pair);
    return [...problems, ...conflicts].some((report) => report.field === field);
  };

  test("from the page", () => {
    fc.assert(
      fc.property(settled, pageEdit, ({ mapping, pair }, page) => {
        const edited = edit(pair, { page, item: {} });
        const after = settle(mapping, edited);

        const title = edited.page.fields["title"];
        expect(String(after.item.fields["title"]) === String(title ?? "").trim() || isReported(mapping, edited, "title")).toBe(
          true,
        );
        expect(after.item.fields["labels"]).toEqual((toGithub ? edited.page : pair.item).fields["labels"]);
        if (edited.page.status === pair.page.status || edited.page.status === null) return;
        const isListed = findStatusValue(mapping.status, edited.page.status) !== undefined;
        expect((isListed && isInStep(mapping, after.page, after.item)) || isReported(mapping, edited, "status")).toBe(true);
        // Whoever stands, the page still says what its person chose, or that is kept as the value that lost.
        expect(after.page.status === edited.page.status || isReported(mapping, edited, "status")).toBe(true);
      }),
      RUNS,
    );
  });

  test("from the item", () => {
    fc.assert(
      fc.property(settled, itemEdit, ({ mapping, pair }, item) => {
        const edited = edit(pair, { page: {}, item });
        const after = settle(mapping, edited);

        const title = String(edited.item.fields["title"]);
        expect(String(after.page.fields["title"] ?? "").trim() === title || isReported(mapping, edited, "title")).toBe(true);
        expect(after.page.fields["labels"]).toEqual((toNotion ? edited.item : pair.page).fields["labels"]);
        if (edited.item.state === pair.item.state && edited.item.reason === pair.item.reason) return;
        expect(isInStep(mapping, after.page, after.item) || isReported(mapping, edited, "status")).toBe(true);
        expect(after.item.state === edited.item.state || isReported(mapping, edited, "status")).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("a run that is killed after any of its steps", () => {
  test("is followed by one that comes to the same end, and neither side's edit is lost", () => {
    fc.assert(
      fc.property(states, (given) => {
        const { mapping } = given;
        const pair = stateOf(given);
        const plan = planOf(mapping, pair);
        const whole = carryOut(pair, plan);

        for (let steps = 0; steps < stepsOf(plan).length; steps += 1) {
          const killed = carryOut(pair, plan, steps);
          const after = settle(mapping, killed);

          expect(planOf(mapping, after).effects).toEqual([]);
          expect(summary(after)).toEqual(summary(whole));
        }
      }),
      RUNS,
    );
  });

  test("is also made good when people go on editing: the newest edit of each side stands, or lost to a declared rule", () => {
    fc.assert(
      fc.property(states, fc.nat(6), text, ({ mapping, ...given }, steps, title) => {
        const toBoth = { ...mapping, fields: mapping.fields.map((field) => ({ ...field, direction: "both" as const })) };
        const pair = stateOf({ mapping: toBoth, ...given });
        const killed = carryOut(pair, planOf(toBoth, pair), steps);
        const edited = edit(killed, { ...nothingEdited, page: { fields: { title } } });
        const plan = planOf(toBoth, edited);
        const after = carryOut(edited, plan);

        const lost = plan.conflicts.find(({ field }) => field === "title");
        if (lost) expect([lost.page, lost.item]).toEqual([edited.page.fields["title"], edited.item.fields["title"]]);
        else
          expect([edited.page.fields["title"], edited.item.fields["title"]].map(trimmed)).toContain(
            trimmed(after.item.fields["title"]),
          );
        if (!lost) expect(trimmed(after.page.fields["title"])).toBe(trimmed(after.item.fields["title"]));
      }),
      RUNS,
    );
  });
});

const trimmed = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** What people see of a pair. Which base it has may differ: agreeing sides need none. */
function summary({ page, item }: Pair) {
  return {
    status: page.status,
    state: item.state,
    reason: item.reason,
    page: { ...page.fields, title: trimmed(page.fields["title"]) },
    item: item.fields,
    reference: page.reference,
  };
}
