import { describe, expect, test } from "vitest";
import type { CloseReason, StatusMapping } from "../../sync/mapping.ts";
import type { ItemState } from "../../sync/model.ts";
import { findStatusValue, isAgreeing, statusFromItem } from "../../sync/status.ts";
import type { ItemStatus } from "../../sync/status.ts";
import { aStatusMapping, aStatusValue } from "../support/builders.ts";

const issue = (state: ItemState, reason: CloseReason | null = null): ItemStatus => ({ kind: "issue", state, reason });
const pullRequest = (state: ItemState): ItemStatus => ({ kind: "pullRequest", state, reason: null });

const FULL = aStatusMapping();
const values = (...entries: readonly (readonly [string, Parameters<typeof aStatusValue>[0]])[]): StatusMapping =>
  aStatusMapping({ values: entries.map(([name, changes]) => ({ name, value: aStatusValue(changes) })) });
/** One closed value only, and it means something else. */
const ONLY_COMPLETED = values(["Ready", {}], ["Closed", { item: "closed" }]);
const NO_CLOSED = values(["Backlog", { item: "none" }], ["Ready", {}]);
const WITH_DUPLICATE = values(
  ["Ready", {}],
  ["Dropped", { item: "closed", reason: "not_planned" }],
  ["Duplicate", { item: "closed", reason: "duplicate" }],
);
const AUTO = values(
  ["Ready", {}],
  ["Dropped", { item: "closed", pullRequest: "close" }],
  ["Ship", { item: "closed", pullRequest: "autoMerge" }],
);

describe("the status a page takes from its item", () => {
  test.each([
    { name: "open: the first open one, not the one that makes nothing", mapping: FULL, item: issue("open"), status: "Ready" },
    { name: "completed", mapping: FULL, item: issue("closed", "completed"), status: "Done" },
    { name: "not planned", mapping: FULL, item: issue("closed", "not_planned"), status: "Won't do" },
    { name: "duplicate, listed", mapping: WITH_DUPLICATE, item: issue("closed", "duplicate"), status: "Duplicate" },
    { name: "duplicate, unlisted: not planned", mapping: FULL, item: issue("closed", "duplicate"), status: "Won't do" },
    {
      name: "duplicate, neither listed: the first closed one",
      mapping: ONLY_COMPLETED,
      item: issue("closed", "duplicate"),
      status: "Closed",
    },
    {
      name: "not planned, unlisted: the first closed one",
      mapping: ONLY_COMPLETED,
      item: issue("closed", "not_planned"),
      status: "Closed",
    },
    { name: "closed for no reason: the first closed one", mapping: FULL, item: issue("closed"), status: "Done" },
    { name: "merged", mapping: FULL, item: pullRequest("merged"), status: "Done" },
    { name: "merged, by autoMerge", mapping: AUTO, item: pullRequest("merged"), status: "Ship" },
    {
      name: "merged, nothing says so: the first closed one",
      mapping: ONLY_COMPLETED,
      item: pullRequest("merged"),
      status: "Closed",
    },
    { name: "closed unmerged", mapping: FULL, item: pullRequest("closed"), status: "Won't do" },
    {
      name: "closed unmerged, nothing says so: the first closed one",
      mapping: ONLY_COMPLETED,
      item: pullRequest("closed"),
      status: "Closed",
    },
    { name: "an open pull request", mapping: FULL, item: pullRequest("open"), status: "Ready" },
    { name: "closed, and no status means that", mapping: NO_CLOSED, item: issue("closed", "completed"), status: undefined },
  ])("$name → $status", ({ mapping, item, status }) => {
    expect(statusFromItem(mapping, item, false)).toBe(status);
  });

  test.each([
    { created: null, reopened: null, wasClosed: false, status: "Ready" },
    { created: null, reopened: null, wasClosed: true, status: "Ready" },
    { created: "In Progress", reopened: null, wasClosed: false, status: "In Progress" },
    { created: "In Progress", reopened: null, wasClosed: true, status: "Ready" },
    { created: null, reopened: "In Progress", wasClosed: false, status: "Ready" },
    { created: null, reopened: "In Progress", wasClosed: true, status: "In Progress" },
  ])("created $created, reopened $reopened: reopened $wasClosed → $status", ({ created, reopened, wasClosed, status }) => {
    expect(statusFromItem(aStatusMapping({ created, reopened }), issue("open"), wasClosed)).toBe(status);
  });

  test.each([issue("closed", "completed"), pullRequest("merged")])("the preferences are for open items only: $state", (item) => {
    const mapping = aStatusMapping({ created: "In Progress", reopened: "In Progress" });

    expect(statusFromItem(mapping, item, true)).toBe("Done");
  });
});

describe("a page keeps its status while it agrees with its item", () => {
  test.each([
    { item: issue("open"), agreeing: ["Backlog", "Ready", "In Progress"] },
    { item: issue("closed", "completed"), agreeing: ["Done"] },
    { item: issue("closed", "not_planned"), agreeing: ["Won't do"] },
    { item: issue("closed", "duplicate"), agreeing: ["Won't do"] },
    { item: issue("closed"), agreeing: ["Done", "Won't do"] },
    { item: pullRequest("open"), agreeing: ["Backlog", "Ready", "In Progress"] },
    { item: pullRequest("merged"), agreeing: ["Done"] },
    { item: pullRequest("closed"), agreeing: ["Won't do"] },
  ])("$item.kind $item.state $item.reason: $agreeing", ({ item, agreeing }) => {
    const found = FULL.values.filter(({ value }) => isAgreeing(FULL, value, item)).map(({ name }) => name);

    expect(found).toEqual(agreeing);
  });

  test("and the status it would take is always one that agrees", () => {
    for (const mapping of [FULL, ONLY_COMPLETED, NO_CLOSED, WITH_DUPLICATE, AUTO]) {
      for (const item of [
        ...[null, "completed", "not_planned", "duplicate"].map((reason) => issue("closed", reason as CloseReason | null)),
        issue("open"),
        pullRequest("open"),
        pullRequest("closed"),
        pullRequest("merged"),
      ]) {
        const status = statusFromItem(mapping, item, false);
        const value = findStatusValue(mapping, status ?? null);
        if (status !== undefined) expect(value && isAgreeing(mapping, value, item)).toBe(true);
      }
    }
  });
});

test.each([
  { status: "Done", item: "closed" },
  { status: "done", item: undefined },
  { status: "Blocked", item: undefined },
  { status: "", item: undefined },
  { status: null, item: undefined },
])("the status $status means $item", ({ status, item }) => {
  expect(findStatusValue(FULL, status)?.item).toBe(item);
});
