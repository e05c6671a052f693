import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ALERT_TYPES, findAlertFaults, rulesOf, tilesOf } from "./alert-faults.ts";
import type { Snapshot } from "./bicep-setup.ts";
import { answers, ofType, valueAt } from "./predicted.ts";

const { snapshots } = answers();
const told = snapshots.longest;
const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
const explained = [...operations.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

const ALERTS = [
  "heartbeat-missing",
  "sync-lag",
  "source-unread",
  "orchestration-failed",
  "run-stuck",
  "orchestration-stuck",
  "framework-trouble",
  "exceptions",
  "webhooks-rejected",
  "hold-waiting",
];

/** The deployment with one value of a kind of resource changed. */
function changed(type: string, change: (properties: Record<string, unknown>) => void): Snapshot {
  const copy = structuredClone(told);
  for (const { properties } of ofType(copy, type)) change(properties as Record<string, unknown>);
  return copy;
}

describe("the alerts", () => {
  test("are these, and tell the address that was given", () => {
    const names = rulesOf(told).map(({ name }) => name.replace(/-abcdefghijkl-\w+$/, ""));
    expect(names.toSorted()).toEqual(ALERTS.toSorted());
    expect(valueAt(ofType(told, "Microsoft.Insights/actionGroups")[0], "properties.emailReceivers.0.emailAddress")).toBe(
      "ops@example.com",
    );
    expect(findAlertFaults(told)).toEqual([]);
  });

  test("come when a query returns anything, but for the tick, which must be there", () => {
    const rules = rulesOf(told).map(({ name, operator, threshold }) => [name.split("-abc")[0], operator, threshold]);
    expect(rules).toEqual(
      ALERTS.map((name) => (name === "heartbeat-missing" ? [name, "LessThan", 1] : [name, "GreaterThan", 0])),
    );
  });

  test("leave no time unseen between two questions", () => {
    const minutes = (time: string): number => {
      const [, days = "0", hours = "0", rest = "0"] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(time) ?? [];
      return Number(days) * 1440 + Number(hours) * 60 + Number(rest);
    };
    for (const { window, every } of rulesOf(told)) expect(minutes(window)).toBeGreaterThanOrEqual(minutes(every));
    expect(rulesOf(told).find(({ name }) => name.startsWith("heartbeat"))?.window).toBe("PT15M");
  });

  test("ask the health route, and alert when most places get no answer", () => {
    const [health] = ofType(told, "Microsoft.Insights/webtests");
    expect(valueAt(health, "properties.Request.RequestUrl")).toBe(told.outputs["healthUrl"]);
    const [availability] = ofType(told, "Microsoft.Insights/metricAlerts");
    expect(valueAt(availability, "properties.criteria.webTestId")).toBe(health?.id);
    expect(valueAt(availability, "properties.criteria.failedLocationCount")).toBe(2);
    expect(valueAt(health, "properties.Locations")).toHaveLength(3);
  });

  test.each(["plain", "group", "shortest"] as const)("are not made when nobody is to be told (%s)", (name) => {
    const { predictedResources } = snapshots[name];
    expect(predictedResources.filter(({ type }) => ALERT_TYPES.includes(type))).toEqual([]);
    expect(ofType(snapshots[name], "Microsoft.Insights/workbooks")).toHaveLength(1);
  });

  test("are explained in docs/operations.md under their titles", () => {
    const titles = ofType(told, "Microsoft.Insights/scheduledQueryRules").map((rule) =>
      String(valueAt(rule, "properties.displayName")).replace("Notion Sync: ", ""),
    );
    expect([...titles, "The app does not answer"].filter((title) => !explained.includes(title))).toEqual([]);
  });

  test.each([
    ["tells nobody", () => changed("Microsoft.Insights/scheduledQueryRules", (rule) => (rule["actions"] = {}))],
    ["is off", () => changed("Microsoft.Insights/metricAlerts", (alert) => (alert["enabled"] = false))],
    ["looks elsewhere", () => changed("Microsoft.Insights/scheduledQueryRules", (rule) => (rule["scopes"] = ["/other"]))],
    ["no one action group with an address", () => changed("Microsoft.Insights/actionGroups", (g) => (g["emailReceivers"] = []))],
    ["has no column", () => changedCriterion("dimensions", [{ name: "maping", operator: "Include", values: ["*"] }])],
    ["nobody asks sync-lag", () => changedCriterion("query", "traces")],
    ["not in infra/queries", () => changedCriterion("query", "traces")],
  ])("that are broken are found out: %s", (fault, broken) => {
    expect(findAlertFaults(broken()).filter((found) => found.includes(fault))).not.toEqual([]);
  });
});

function changedCriterion(key: string, value: unknown): Snapshot {
  return changed("Microsoft.Insights/scheduledQueryRules", (rule) => {
    const { allOf } = rule["criteria"] as { readonly allOf: Record<string, unknown>[] };
    for (const criterion of allOf) criterion[key] = value;
  });
}

test("the workbook has no two tiles of one title", () => {
  const titles = tilesOf(told).map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(10);
  expect(new Set(titles).size).toBe(titles.length);
});
