import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WATCHING } from "../../bench/cost.ts";
import { ALERT_TYPES, findAlertFaults, parametersOf, rulesOf, tilesOf } from "./alert-faults.ts";
import { toMinutes } from "./alert-run.ts";
import type { Snapshot } from "./bicep-setup.ts";
import { answers, ofType, valueAt } from "./predicted.ts";

const { snapshots } = answers();
const told = snapshots.longest;
const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
const explained = [...operations.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

/** Alert → how bad it is (1 is the worst), how often it is asked, and what it comes once for each of. */
const ALERTS: Readonly<Record<string, readonly [severity: number, every: string, ...splitBy: string[]]>> = {
  "heartbeat-missing": [1, "PT5M"],
  "sync-lag": [2, "PT5M", "mapping"],
  "source-unread": [2, "PT5M", "service", "code"],
  "orchestration-failed": [2, "PT5M", "orchestration"],
  "run-stuck": [2, "PT15M", "mapping"],
  "orchestration-stuck": [2, "PT1H", "orchestration"],
  "framework-trouble": [2, "PT15M"],
  exceptions: [2, "PT15M", "function", "type"],
  "webhooks-rejected": [3, "PT15M", "service", "reason"],
  "hold-waiting": [3, "PT15M"],
};
const nameOf = ({ name }: { readonly name: string }): string => name.replace(/-abcdefghijkl-\w+$/, "");

/** The deployment with one value of a kind of resource changed. */
function changed(type: string, change: (properties: Record<string, unknown>) => void): Snapshot {
  const copy = structuredClone(told);
  for (const { properties } of ofType(copy, type)) change(properties as Record<string, unknown>);
  return copy;
}

describe("the alerts", () => {
  test("are these, and tell the address that was given", () => {
    const made = rulesOf(told).map((rule) => [nameOf(rule), [rule.severity, rule.every, ...rule.splitBy]]);
    expect(Object.fromEntries(made)).toEqual(ALERTS);
    expect(valueAt(ofType(told, "Microsoft.Insights/metricAlerts")[0], "properties.severity")).toBe(1);
    expect(valueAt(ofType(told, "Microsoft.Insights/actionGroups")[0], "properties.emailReceivers.0.emailAddress")).toBe(
      "ops@example.com",
    );
    expect(findAlertFaults(told)).toEqual([]);
  });

  test("come when a query returns anything, but for the tick, which must be there", () => {
    const rules = rulesOf(told).map((rule) => [nameOf(rule), rule.operator, rule.threshold]);
    expect(rules).toEqual(
      Object.keys(ALERTS).map((name) => (name === "heartbeat-missing" ? [name, "LessThan", 1] : [name, "GreaterThan", 0])),
    );
  });

  test("leave no time unseen between two questions", () => {
    for (const { window, every } of rulesOf(told)) expect(toMinutes(window)).toBeGreaterThanOrEqual(toMinutes(every));
    expect(rulesOf(told).find(({ name }) => name.startsWith("heartbeat"))?.window).toBe("PT15M");
  });

  test("say that the lag is over 15 minutes when it is", () => {
    const { query = "" } = rulesOf(told).find((rule) => nameOf(rule) === "sync-lag") ?? {};
    expect(/lagSeconds\) > (\d+)/.exec(query)?.[1]).toBe(String(15 * 60));
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
    ["the action group is off", () => changed("Microsoft.Insights/actionGroups", (group) => (group["enabled"] = false))],
    ["resolve itself", () => changed("Microsoft.Insights/scheduledQueryRules", (rule) => (rule["autoMitigate"] = false))],
    ["resolve itself", () => changed("Microsoft.Insights/metricAlerts", (alert) => (alert["autoMitigate"] = false))],
    [
      "waits for more than one",
      () => changedCriterion("failingPeriods", { numberOfEvaluationPeriods: 4, minFailingPeriodsToAlert: 4 }),
    ],
    ["Enabled", () => changed("Microsoft.Insights/webtests", (webTest) => (webTest["Enabled"] = false))],
    ["kind", () => changed("Microsoft.Insights/webtests", (webTest) => (webTest["Kind"] = "ping"))],
    ["ExpectedHttpStatusCode", () => changed("Microsoft.Insights/webtests", (webTest) => (webTest["ValidationRules"] = {}))],
    ["scopes of its alert", () => changed("Microsoft.Insights/metricAlerts", (alert) => (alert["scopes"] = []))],
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

test("docs/cost.md counts what a deployment is watched by, and works out what that costs", () => {
  const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");
  const asked = rulesOf(told).map(({ every }) => every);
  const frequent = asked.filter((every) => every === "PT5M").length;
  const [health] = ofType(told, "Microsoft.Insights/webtests");
  const places = (valueAt(health, "properties.Locations") as readonly unknown[]).length;
  const runs = (places * 30 * 86_400) / Number(valueAt(health, "properties.Frequency"));

  expect(asked).not.toContain("PT1M");
  expect(WATCHING.map(({ count }) => count)).toEqual([
    frequent,
    asked.length - frequent,
    ofType(told, "Microsoft.Insights/metricAlerts").length,
    runs,
  ]);
  for (const { what, count, price } of WATCHING) {
    expect(page).toContain(`| ${what} | ${count.toLocaleString("en")} | $${(count * price.usd).toFixed(2)} |`);
  }
});

test("the tiles of the workbook look back for the time that its reader chooses", () => {
  for (const { timeContextFromParameter } of tilesOf(told)) expect(parametersOf(told)).toContain(timeContextFromParameter);
});

test("the workbook has no two tiles of one title", () => {
  const titles = tilesOf(told).map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(10);
  expect(new Set(titles).size).toBe(titles.length);
});
