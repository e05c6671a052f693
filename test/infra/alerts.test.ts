import { beforeAll, describe, expect, test } from "vitest";
import { traceRow } from "../support/insights-rows.ts";
import type { StoredRow } from "../support/insights-rows.ts";
import type { Row } from "../support/kql-aggregate.ts";
import { rulesOf } from "./alert-faults.ts";
import { askAlerts } from "./alert-run.ts";
import type { Fired, StoredTables } from "./alert-run.ts";
import { answers } from "./predicted.ts";
import { liveQuietDay, liveTroubledDay } from "./troubled-day.ts";
import type { Day, TroubleName } from "./troubled-day.ts";

const MINUTE_MS = 60_000;
const THROWN = "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException";
const rules = rulesOf(answers().snapshots.longest);
/** With the shortest window that the template takes for the tick. */
const strictest = rules.map((rule) => (rule.name.startsWith("heartbeat-missing") ? { ...rule, window: "PT10M" } : rule));

/** Trouble → the alerts that must come, each with what it is about, and no others. */
const EXPECTED: Readonly<Record<TroubleName, readonly string[]>> = {
  "a little of everything": [],
  "three deliveries with another secret": ["webhooks-rejected github signature"],
  "a source that cannot be read": ["source-unread notion unauthorized", "sync-lag engineering"],
  "a hold": ["hold-waiting"],
  "a run that makes no progress": ["run-stuck engineering"],
  "storage that goes away under a run": [
    "orchestration-failed syncChanges",
    "heartbeat-missing",
    `exceptions poll ${THROWN}`,
    "webhooks-rejected notion unavailable",
    "sync-lag engineering",
  ],
  "a host that is dead": ["heartbeat-missing"],
};

let troubled: Day;
let quiet: Day;
beforeAll(async () => {
  troubled = await liveTroubledDay();
  quiet = await liveQuietDay();
});

const label = ({ name, about }: Fired): string => `${name} ${about}`.trim();
const labels = (fired: readonly Fired[]): readonly string[] => [...new Set(fired.map(label))].toSorted();
const ask = (day: Day, changes: StoredTables = {}, lateMs = 0): readonly Fired[] =>
  askAlerts(strictest, { ...day.insights, ...changes }, day.fromMs, day.toMs, lateMs);

describe("an alert comes on the trouble that it is there for:", () => {
  test.each(Object.entries(EXPECTED) as [TroubleName, readonly string[]][])("%s", (name, expected) => {
    const span = troubled.spans.find((one) => one.name === name);
    if (!span) throw new Error("There was no such trouble.");
    const fired = askAlerts(rules, { ...troubled.insights }, span.fromMs, span.toMs);
    expect(labels(fired)).toEqual(expected.toSorted());

    // Each is asked once more at the latest after the trouble is over, and says nothing any more when all was well for a while.
    for (const one of expected) {
      const firstMs = Date.parse(fired.find((each) => label(each) === one)?.at ?? "");
      expect(firstMs, one).toBeLessThanOrEqual(span.overMs + 15 * MINUTE_MS);
    }
    expect(fired.filter(({ at }) => Date.parse(at) > span.toMs - 15 * MINUTE_MS)).toEqual([]);
  });

  test("an orchestration of which nothing more is heard, while all else goes on", () => {
    const { traces } = quiet.insights;
    const isOf = (row: StoredRow): boolean => (row["customDimensions"] as Row)["prop__instanceId"] === "sync-engineering";
    const last = traces.findIndex((row) => isOf(row) && (row["customDimensions"] as Row)["prop__state"] === "Awaited");
    const heardAt = Date.parse(traces[last]?.timestamp ?? "");
    const fired = ask(quiet, { traces: traces.filter((row, index) => index <= last || !isOf(row)) });
    expect(labels(fired)).toEqual(["orchestration-stuck syncChanges"]);
    expect(Date.parse(fired[0]?.at ?? "") - heardAt).toBeGreaterThan(120 * MINUTE_MS);
    expect(Date.parse(fired[0]?.at ?? "") - heardAt).toBeLessThanOrEqual(180 * MINUTE_MS);
  });

  test("ten warnings of the Durable framework within a quarter of an hour, and not nine", () => {
    const after = (count: number): readonly string[] => {
      const lines = Array.from({ length: count }, (_, index) => {
        const at = new Date(Math.ceil(quiet.fromMs / (15 * MINUTE_MS)) * 15 * MINUTE_MS + (index + 1) * MINUTE_MS).toISOString();
        return traceRow({ at, category: "DurableTask.AzureStorage", level: "Warning", message: "The lease was lost." });
      });
      return labels(ask(quiet, { traces: [...quiet.insights.traces, ...lines] }));
    };
    expect(after(10)).toEqual(["framework-trouble"]);
    expect(after(9)).toEqual([]);
  });

  test("each of them comes on one of these days", () => {
    const own = ["orchestration-stuck", "framework-trouble"];
    const came = new Set([
      ...Object.values(EXPECTED)
        .flat()
        .map((one) => one.split(" ")[0]),
      ...own,
    ]);
    expect([...came].toSorted()).toEqual(rules.map(({ name }) => name.replace(/-abcdefghijkl-\w+$/, "")).toSorted());
  });
});

describe("no alert comes", () => {
  test("on a quiet day", () => {
    expect(quiet.insights.traces.filter((row) => /outcome\W+synced/.test(JSON.stringify(row))).length).toBeGreaterThan(3);
    expect(ask(quiet)).toEqual([]);
  });

  test("when lines are on their way for 5 minutes", () => {
    expect(ask(quiet, {}, 5 * MINUTE_MS)).toEqual([]);
  });

  test("on a little trouble whose exceptions are told of three times each", () => {
    const [span] = troubled.spans;
    const little = troubled.insights.exceptions.filter(({ timestamp }) => Date.parse(timestamp) < (span?.toMs ?? 0));
    expect(little.map(({ operation_Name }) => operation_Name)).toEqual(["poll"]);
    const exceptions = troubled.insights.exceptions.flatMap((row) => [row, row, row]);
    expect(askAlerts(rules, { ...troubled.insights, exceptions }, span?.fromMs ?? 0, span?.toMs ?? 0)).toEqual([]);
  });
});
