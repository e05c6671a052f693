import { describe, expect, test } from "vitest";
import type { Effect, PairPlan } from "../../sync/effect.ts";
import { pageFingerprint } from "../../sync/fingerprint.ts";
import type { PageSnapshot } from "../../sync/model.ts";
import { planAhead } from "../../sync/plan-ahead.ts";
import { planPair } from "../../sync/plan.ts";
import type { PairState } from "../../sync/plan.ts";
import { explainMove, toExpectation, toPlannedPair, toUnreadPair } from "../../sync/planned-pair.ts";
import type { PlannedPair } from "../../sync/planned-pair.ts";
import { aLink, aMapping, anItem, aPage } from "../support/builders.ts";

const NEW_PAGE = { reference: null } as const;

function plannedOf(state: PairState, plan = planPair(state)): PlannedPair | undefined {
  return toPlannedPair(state, plan, toExpectation(state, plan, pageFingerprint(state.page)));
}

function aState(page: Partial<PageSnapshot> = {}, more: Partial<PairState> = {}): PairState {
  return { mapping: aMapping(), page: aPage(page), item: anItem(), link: aLink(), ...more };
}

function anEffect(changes: Partial<Effect> = {}): Effect {
  return { side: "github", kind: "update", field: "title", from: "a", to: "b", why: "changed", ...changes } as Effect;
}

describe("toPlannedPair", () => {
  test("has nothing to tell of a pair that is in step", () => {
    expect(plannedOf(aState())).toBeUndefined();
  });

  test("tells a new item, and that the page will name it", () => {
    const pair = plannedOf(aState(NEW_PAGE, { item: undefined, link: undefined }));

    expect(pair).toMatchObject({ item: null, link: "create", title: "Fix the door" });
    expect(pair?.effects.map(({ side, field, to }) => [side, field, to])).toEqual([
      ["github", "item", "issue"],
      ["notion", "reference", "acme/web#(new)"],
    ]);
  });

  test("says why a page waits", () => {
    const pair = plannedOf(aState({ ...NEW_PAGE, fields: { title: "" } }, { item: undefined, link: undefined }));

    expect(pair?.problems).toMatchObject([{ code: "title_empty" }]);
    expect(pair?.effects).toEqual([]);
  });

  test("fits into a row, whatever is in it", () => {
    const long = "🙂".repeat(40_000);
    const effects = Array.from({ length: 30 }, () => anEffect({ from: long, to: [long, long], why: long }));
    const plan: PairPlan = { step: "none", effects, agreed: [], conflicts: [], problems: [] };
    const pair = plannedOf(aState({ fields: { title: long } }), plan);

    const text = JSON.stringify(pair);
    expect(text.length).toBeLessThan(300_000);
    expect(text.isWellFormed()).toBe(true);
    expect(pair?.title).toContain("(80000 characters)");
  });
});

describe("planAhead", () => {
  test("gives the plan itself when nothing is made", () => {
    const state = aState({ fields: { title: "Renamed" } });
    const plan = planPair(state);

    expect(planAhead(state, plan)).toEqual(plan.effects);
    expect(plan.effects).toHaveLength(1);
  });
});

describe("explainMove", () => {
  const changed = { fields: { title: "Renamed" } };
  const present = (state: PairState, plan = planPair(state)) => toExpectation(state, plan, pageFingerprint(state.page));
  const explain = (before: PairState, after: PairState): string | undefined => {
    const planned = plannedOf(before);
    return planned && explainMove(planned, present(after));
  };

  test.each([
    { what: "nothing", after: aState(changed), reason: undefined },
    { what: "the times of reading", after: aState({ ...changed, readAt: "2026-02-02T00:00:00.000Z" }), reason: undefined },
    { what: "the page", after: aState({ fields: { title: "Renamed again" } }), reason: "The page changed" },
    { what: "the item", after: aState(changed, { item: anItem({ state: "closed" }) }), reason: "The item changed" },
    {
      what: "both",
      after: aState({ status: "Done" }, { item: anItem({ fields: { title: "Other" } }) }),
      reason: "The page and the item changed",
    },
    {
      what: "what both agreed on",
      after: aState(changed, { link: aLink({ base: { fields: { title: { page: "Renamed", item: "Renamed" } } } }) }),
      reason: "The pair was synced",
    },
  ])("sees that $what changed", ({ after, reason }) => {
    const explained = explain(aState(changed), after);

    if (reason === undefined) expect(explained).toBeUndefined();
    else expect(explained).toContain(reason);
  });

  test("does not mind a parent that was made meanwhile, nor what is said of it", () => {
    const plan = planPair(aState(changed));
    const withParent = { ...plan, effects: [...plan.effects, anEffect({ field: "parent", to: "acme/web#1" })] };
    const planned = plannedOf(aState(changed));

    expect(planned && explainMove(planned, present(aState(changed), withParent))).toBeUndefined();
  });

  test("minds an edit of the page's text only where the plan carries it", () => {
    const state = aState(changed);
    const plan = planPair(state);
    const later = present(aState({ ...changed, editedAt: "2026-03-03T00:00:00.000Z" }));
    const carrying = toPlannedPair(state, { ...plan, effects: [...plan.effects, anEffect({ field: "body" })] }, present(state));

    const planned = plannedOf(state);
    expect(planned && explainMove(planned, later)).toBeUndefined();
    expect(carrying && explainMove(carrying, later)).toContain("The page changed");
  });

  test("never applies what could not be read", () => {
    const unread = toUnreadPair("engineering", "x", { status: "failed", code: "forbidden", reason: "r", remedy: "m" });

    expect(unread.problems).toEqual([{ field: "item", code: "forbidden", reason: "r", remedy: "m" }]);
    expect(explainMove(unread, present(aState()))).toContain("could not be read");
  });
});
