import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const host = JSON.parse(readFileSync(new URL("../host.json", import.meta.url), "utf8")) as unknown;

/** Every value of host.json, and why it is so: JSON has no comments. */
const VALUES: readonly { readonly path: string; readonly value: unknown; readonly why: string }[] = [
  { path: "version", value: "2.0", why: "the only schema of host.json that runtime 4 reads" },
  {
    path: "functionTimeout",
    value: "00:05:00",
    why: "a slice works for well under a minute; what hangs longer is ended and retried",
  },
  { path: "extensionBundle/id", value: "Microsoft.Azure.Functions.ExtensionBundle", why: "the bundle that is not a preview" },
  { path: "extensionBundle/version", value: "[4.*, 5.0.0)", why: "4.x carries version 3 of the Durable extension" },
  { path: "logging/logLevel/default", value: "Information", why: "the app's own events are at this level" },
  {
    path: "logging/logLevel/Host.Triggers.DurableTask",
    value: "Information",
    why: "instances' starts, ends and failures are read from these",
  },
  { path: "logging/logLevel/Azure.Core", value: "Error", why: "else each request to storage is a line" },
  {
    path: "logging/logLevel/Azure.Core.1",
    value: "Error",
    why: "the host names the category so when it is loaded a second time",
  },
  { path: "logging/logLevel/DurableTask.AzureStorage", value: "Warning", why: "else each message of a queue is a line" },
  { path: "logging/logLevel/DurableTask.Core", value: "Warning", why: "else each turn of an orchestration is a line" },
  { path: "logging/applicationInsights/samplingSettings/isEnabled", value: true, why: "the cost of dependencies is bounded" },
  {
    path: "logging/applicationInsights/samplingSettings/excludedTypes",
    value: "Request;Exception;Trace",
    why: "alerts count these, so none may be left out",
  },
  {
    path: "extensions/http/routePrefix",
    value: "api",
    why: "the routes of the contract, and webhooks registered elsewhere, begin so",
  },
  {
    path: "extensions/durableTask/hubName",
    value: "NotionSync",
    why: "explicit, so that renaming the app strands no instance; letters and digits only",
  },
  {
    path: "extensions/durableTask/maxConcurrentActivityFunctions",
    value: 4,
    why: "at most 4 slices of a mapping run at a time, and memory is bounded",
  },
  {
    path: "extensions/durableTask/useGracefulShutdown",
    value: true,
    why: "an instance that is taken away, as by publishing, ends its slices first; else they are cut off, and run again a minute later",
  },
  {
    path: "extensions/durableTask/storageProvider/partitionCount",
    value: 2,
    why: "each partition's queue is polled, and paid for, when idle; it cannot be changed on a hub that is in use",
  },
  {
    path: "extensions/durableTask/storageProvider/maxQueuePollingInterval",
    value: "00:00:05",
    why: "the default of 30 s would delay a first write after a quiet time",
  },
  {
    path: "extensions/durableTask/storageProvider/workItemQueueVisibilityTimeout",
    value: "00:01:00",
    why: "an activity whose host was killed runs again after this; the default is 5 minutes",
  },
  {
    path: "extensions/durableTask/storageProvider/controlQueueVisibilityTimeout",
    value: "00:01:00",
    why: "the same for orchestrations; a minute is the least that the host accepts",
  },
  { path: "extensions/durableTask/tracing/traceInputsAndOutputs", value: false, why: "payloads do not belong in logs" },
  { path: "extensions/durableTask/tracing/traceReplayEvents", value: false, why: "a replayed event is no news" },
];

describe("host.json", () => {
  test.each(VALUES)("$path is $value: $why", ({ path, value }) => {
    expect(leaves(host).get(path)).toEqual(value);
  });

  test("holds no value whose reason is not given", () => {
    expect([...leaves(host).keys()].toSorted()).toEqual(VALUES.map(({ path }) => path).toSorted());
  });

  test("asks for no extended sessions, which Node does not have", () => {
    expect(JSON.stringify(host)).not.toContain("extendedSessions");
  });
});

function leaves(value: unknown, path = ""): Map<string, unknown> {
  if (value === null || typeof value !== "object") return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, part]) => [...leaves(part, path === "" ? key : `${path}/${key}`)]));
}
