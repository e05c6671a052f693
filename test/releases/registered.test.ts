import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readRegistered } from "../support/registered.ts";
import type { Registered, Shape } from "../support/registered.ts";

const releases = join(resolve(import.meta.dirname, "../.."), "test/fixtures/releases");
const newest =
  readdirSync(releases)
    .toSorted((left, right) => left.localeCompare(right, undefined, { numeric: true }))
    .at(-1) ?? "";
const last = JSON.parse(readFileSync(join(releases, newest, "registered.json"), "utf8")) as Registered;

let now: Registered;
beforeAll(async () => {
  now = await readRegistered();
});

/** What would strand something that the last release may have under way. */
function findBreaks(before: Registered, after: Registered): readonly string[] {
  const gone = (kind: "timers" | "orchestrations"): readonly string[] =>
    before[kind].filter((name) => !after[kind].includes(name)).map((name) => `${kind}: "${name}" is gone`);
  const routes = before.http.flatMap((route) => {
    const same = after.http.find(({ name }) => name === route.name);
    return JSON.stringify(same) === JSON.stringify(route) ? [] : [`http: "${route.name}" is not what it was`];
  });
  const activities = Object.entries(before.activities).flatMap(([name, { input, output }]) => {
    const found = after.activities[name];
    if (!found) return [`activities: "${name}" is gone`];
    return [...findInputBreaks(name, input, found.input), ...findLost(`the output of "${name}"`, output, found.output)];
  });
  return [...gone("timers"), ...gone("orchestrations"), ...routes, ...activities];
}

/** An old orchestrator goes on to send what it sent, and nothing more. */
function findInputBreaks(name: string, before: Shape, after: Shape): readonly string[] {
  const demanded = Object.keys(after).filter((field) => !field.endsWith("?") && before[field] === undefined);
  return [
    ...findLost(`the input of "${name}"`, before, after),
    ...demanded.map((field) => `the input of "${name}" demands "${field}", which the last release does not send`),
  ];
}

function findLost(what: string, before: Shape, after: Shape): readonly string[] {
  return Object.entries(before)
    .filter(([field, type]) => after[field] !== type)
    .map(([field]) => `${what} has not the "${field}" that it had`);
}

describe("what the last release registered", () => {
  test("is registered still, with the same names, routes and forms", () => {
    expect(findBreaks(last, now)).toEqual([]);
  });

  test("is recorded with the forms of what its activities take and give", () => {
    expect(last.orchestrations).not.toEqual([]);
    expect(Object.keys(last.activities)).not.toEqual([]);
    for (const [name, { input, output }] of Object.entries(last.activities)) {
      expect(Object.keys(input), name).not.toEqual([]);
      expect(Object.keys(output), name).not.toEqual([]);
    }
  });
});

describe("a careless change is named", () => {
  const change = (changes: Partial<Registered>): readonly string[] => findBreaks(last, { ...now, ...changes });
  const withInput = (input: Shape): Partial<Registered> => ({
    activities: { ...now.activities, syncSlice: { input, output: now.activities["syncSlice"]?.output ?? {} } },
  });

  test("of a name", () => {
    expect(change({ orchestrations: now.orchestrations.filter((name) => name !== "runSlice") })).toEqual([
      'orchestrations: "runSlice" is gone',
    ]);
    expect(change({ timers: [] })).toHaveLength(last.timers.length);
    expect(change({ activities: {} })).toContain('activities: "findChanges" is gone');
    expect(
      change({ http: now.http.map((route) => (route.name === "status" ? { ...route, authLevel: "anonymous" } : route)) }),
    ).toEqual(['http: "status" is not what it was']);
  });

  test("of what an activity takes", () => {
    const input = now.activities["syncSlice"]?.input ?? {};
    const { count: _, ...fewer } = input;

    expect(change(withInput(fewer))).toEqual(['the input of "syncSlice" has not the "count" that it had']);
    expect(change(withInput({ ...input, from: "number" }))).toEqual(['the input of "syncSlice" has not the "from" that it had']);
    expect(change(withInput({ ...input, priority: "number" }))).toEqual([
      'the input of "syncSlice" demands "priority", which the last release does not send',
    ]);
  });

  test("but one that old orchestrators can live with is not", () => {
    expect(change(withInput({ ...now.activities["syncSlice"]?.input, "priority?": "number" }))).toEqual([]);
    expect(change({ orchestrations: [...now.orchestrations, "syncChanges2"] })).toEqual([]);
  });
});
