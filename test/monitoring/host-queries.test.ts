import { describe, expect, test } from "vitest";
import { dependencyRow, durableRow, exceptionRow, requestRow, traceRow } from "../support/insights-rows.ts";
import type { DurableState } from "../support/insights-rows.ts";
import type { Row } from "../support/kql-aggregate.ts";
import { compileQuery } from "../support/kql-run.ts";
import type { Tables } from "../support/kql-run.ts";
import { listQueries } from "../support/kql.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00Z");
const at = "2026-11-25T11:00:00.000Z";

function ask(name: string, tables: Tables): readonly Row[] {
  return compileQuery(listQueries().find((query) => query.name === name)?.text ?? "")(tables, NOW_MS);
}

function times(count: number, row: Row): readonly Row[] {
  return Array.from({ length: count }, () => row);
}

describe("a query on what the host writes:", () => {
  test("executions sums runs and their time, by function and hour", () => {
    const run = { at, functionName: "poll", succeeded: true, durationMs: 1_500 };
    const later = { ...run, at: "2026-11-25T12:59:59.999Z", succeeded: false };
    const requests = [requestRow(run), requestRow({ ...run, durationMs: 250 }), requestRow(later)];
    expect(ask("executions", { requests })).toEqual([
      { function: "poll", timestamp: at, executions: 2, seconds: 1.75 },
      { function: "poll", timestamp: "2026-11-25T12:00:00.000Z", executions: 1, seconds: 1.5 },
    ]);
  });

  test("storage-calls counts calls and failed ones, by type and target", () => {
    const call = { at, type: "Azure queue", target: "account.queue.core.windows.net", succeeded: true };
    const dependencies = [call, { ...call, succeeded: false }, { ...call, type: "Azure blob" }].map(dependencyRow);
    expect(ask("storage-calls", { dependencies })).toEqual([
      { type: "Azure queue", target: call.target, timestamp: at, calls: 2, failed: 1 },
      { type: "Azure blob", target: call.target, timestamp: at, calls: 1, failed: 0 },
    ]);
  });

  test("log-volume tells lines and megabytes, those with most first", () => {
    const short = traceRow({ at, category: "Function.poll.User", message: "x".repeat(1024) });
    const long = traceRow({ at, category: "Function.syncSlice.User", message: "x".repeat(1024 * 1024) });
    expect(ask("log-volume", { traces: [short, short, long] })).toEqual([
      { category: "Function.syncSlice.User", lines: 1, megabytes: 1 },
      { category: "Function.poll.User", lines: 2, megabytes: 2 / 1024 },
    ]);
  });

  test("exceptions begins with ten of one function and type", () => {
    const exceptions = [...times(9, exceptionRow(at, "syncSlice")), ...times(10, exceptionRow(at, "poll"))];
    expect(ask("exceptions", { exceptions })).toEqual([
      { function: "poll", type: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException", occurrences: 10 },
    ]);
  });

  test("framework-trouble begins with ten warnings of one category", () => {
    const line = { at, message: "retrying", level: "Warning" } as const;
    const traces = [
      ...times(10, traceRow({ ...line, category: "DurableTask.AzureStorage" })),
      ...times(9, traceRow({ ...line, category: "DurableTask.Core" })),
      ...times(20, traceRow({ ...line, category: "DurableTask.Core", level: "Information" })),
      ...times(20, traceRow({ ...line, category: "Host.Triggers.DurableTask" })),
    ];
    expect(ask("framework-trouble", { traces })).toEqual([{ category: "DurableTask.AzureStorage", lines: 10 }]);
  });
});

describe("an orchestration", () => {
  const line = { at, instanceId: "sync-engineering", functionName: "syncChanges", functionType: "Orchestrator" } as const;

  test("has failed when Durable says so of itself, not of an activity, and not again in a replay", () => {
    const traces = [
      durableRow({ ...line, state: "Failed", functionName: "findChanges", functionType: "Activity" }),
      durableRow({ ...line, state: "Failed", isReplay: true }),
      durableRow({ ...line, state: "Terminated" }),
      durableRow({ ...line, state: "Completed", instanceId: "Failed" }),
      durableRow({ ...line, state: "Failed" }),
    ];
    expect(ask("orchestration-failed", { traces })).toEqual([
      { timestamp: at, orchestration: "syncChanges", instanceId: "sync-engineering" },
    ]);
  });

  const lived = (...words: readonly (readonly [time: string, state: DurableState])[]): readonly Row[] =>
    words.map(([time, state]) => durableRow({ ...line, at: `2026-11-25T${time}.000Z`, state }));
  const activity = { ...line, functionName: "findChanges", functionType: "Activity" } as const;

  test.each([
    ["is stuck when it waits for more than two hours", lived(["09:59:58", "Started"], ["09:59:59", "Awaited"]), true],
    ["is not while that is shorter", lived(["09:59:58", "Started"], ["10:00:01", "Awaited"]), false],
    ["is not when it has completed", lived(["08:00:00", "Awaited"], ["08:00:01", "Completed"]), false],
    ["is not when it has failed", lived(["08:00:00", "Awaited"], ["08:00:01", "Failed"]), false],
    ["is not when it was ended", lived(["08:00:00", "Awaited"], ["08:00:01", "Terminated"]), false],
    ["is when it was started again after that", lived(["08:00:00", "Completed"], ["08:00:01", "Started"]), true],
    [
      "is when only its activity has ended",
      [...lived(["08:00:00", "Awaited"]), durableRow({ ...activity, at: "2026-11-25T11:00:00.000Z", state: "Completed" })],
      true,
    ],
    [
      "is by its own last word, whatever others do",
      [
        ...lived(["08:00:00", "Completed"]),
        durableRow({ ...line, state: "Awaited", instanceId: "other", at: "2026-11-25T11:30:00.000Z" }),
      ],
      false,
    ],
  ])("%s", (_, traces, isStuck) => {
    const instances = ask("orchestration-stuck", { traces }).map(({ orchestration, instanceId }) => [orchestration, instanceId]);
    expect(instances).toEqual(isStuck ? [["syncChanges", "sync-engineering"]] : []);
  });
});
