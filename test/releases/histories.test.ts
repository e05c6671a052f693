import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTION, EVENT, parseThrown } from "../../local/host/durable/protocol.ts";
import type { Action, TurnOutput } from "../../local/host/durable/protocol.ts";
import { replay } from "../../local/host/durable/replay.ts";
import { createInvoke } from "../../local/host/invoke.ts";
import type { LoadedApp } from "../../local/host/functions-core.ts";
import { buildNextRelease } from "../support/next-release.ts";
import { loadBuilt } from "../support/registered.ts";
import type { RecordedExecution } from "../support/release-recording.ts";

const root = resolve(import.meta.dirname, "../..");
const releases = join(root, "test/fixtures/releases");
const versions = readdirSync(releases).toSorted((left, right) => left.localeCompare(right, undefined, { numeric: true }));
const newest = versions.at(-1) ?? "";
const readHistories = (version: string): readonly RecordedExecution[] =>
  readFileSync(join(releases, version, "histories.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedExecution);

/** What an app's orchestrator answers to a history now. */
async function answer(app: LoadedApp, { orchestrator, in: given }: RecordedExecution): Promise<TurnOutput> {
  const target = app.functions.find(({ name }) => name === orchestrator);
  if (!target) throw new Error(`The app has no "${orchestrator}".`);
  const invoke = createInvoke(
    app,
    () => undefined,
    () => "{}",
  );
  return invoke(target, { data: { string: JSON.stringify(given) } }).then(
    (data) => JSON.parse(data?.json ?? "null") as TurnOutput,
    (error: unknown) => parseThrown((error as Error).message),
  );
}

/** What the platform says of that answer: a fault of the replay, or nothing. */
async function findFault(app: LoadedApp, execution: RecordedExecution): Promise<string | undefined> {
  const { history, instanceId } = execution.in;
  const identity = { name: execution.orchestrator, instanceId, executionId: "e", parentInstanceId: null };
  const { completion } = replay(history, await answer(app, execution), { ...identity, checkFunction: () => undefined });
  return completion?.status === "Failed" && completion.message.includes("Non-Deterministic") ? completion.message : undefined;
}

/** What an orchestrator asks for; whether it continues as new when it is done, is decided anew by each version. */
function asked({ actions }: TurnOutput): readonly Action[] {
  return (actions[0] ?? []).filter(({ actionType }) => actionType !== ACTION.continueAsNew);
}

let app: LoadedApp;
beforeAll(async () => {
  app = await loadBuilt();
});

describe.each(versions)("the histories of release %s", (version) => {
  const histories = readHistories(version);
  // A name that is gone from the newest release on was given up on purpose, one release after it was replaced.
  const isKept = ({ orchestrator }: RecordedExecution): boolean =>
    version === newest || app.functions.some(({ name }) => name === orchestrator);

  test.each(histories.map((execution) => [execution.orchestrator, execution.shows, execution] as const))(
    "replay in %s: %s",
    async (_orchestrator, _shows, execution) => {
      if (!isKept(execution)) return;

      expect(await findFault(app, execution)).toBeUndefined();
      expect(asked(await answer(app, execution))).toEqual(asked(execution.out as TurnOutput));
    },
  );

  test("show every course: slices in waves, retries that help and that do not, sleep ended by time and by a hint, and the next round", () => {
    const shown = (orchestrator: string): string =>
      histories
        .filter((each) => each.orchestrator === orchestrator)
        .map(({ shows }) => shows)
        .join("\n");

    expect(shown("syncChanges")).toMatch(/5 childCreated, 5 childCompleted/);
    expect(shown("syncChanges")).toMatch(/timerCreated, 1 timerFired/);
    expect(shown("syncChanges")).toMatch(/timerCreated, 1 eventRaised/);
    expect(shown("syncChanges")).toMatch(/3 taskFailed.+thrown/);
    expect(shown("runSlice")).toMatch(/1 taskFailed/);
    expect(shown("runSlice")).toMatch(/3 taskFailed/);
    expect(shown("makePlan")).toMatch(/3 taskFailed, 4 timerCreated/);
    const continued = histories
      .flatMap(({ out }) => (out as TurnOutput).actions.flat())
      .filter(({ actionType }) => actionType === ACTION.continueAsNew);
    expect(continued.length).toBeGreaterThan(1);
  });

  test("hold keys and counts, and no word of a page", () => {
    const text = readFileSync(join(releases, version, "histories.jsonl"), "utf8");

    expect(text).not.toMatch(/Idea|First|Second|Three/);
    for (const {
      in: { history },
    } of histories) {
      for (const { Result } of history.filter(({ EventType }) => EventType === EVENT.taskCompleted)) {
        expect(String(Result).length).toBeLessThan(2_000);
      }
    }
  });
});

describe("a changed order of yields", () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const load = async (kind: "careful" | "careless"): Promise<LoadedApp> => {
    folders.push(await buildNextRelease(kind));
    return loadBuilt(folders.at(-1) ?? "");
  };
  const syncs = readHistories(newest).filter(({ orchestrator }) => orchestrator === "syncChanges");

  test("is caught in every history of the orchestration when its name stays the same", async () => {
    const careless = await load("careless");

    for (const execution of syncs) expect(await findFault(careless, execution), execution.shows).toContain("Non-Deterministic");
  });

  test("harms nothing under a new name, with the old one beside it", async () => {
    const careful = await load("careful");

    for (const execution of readHistories(newest)) expect(await findFault(careful, execution), execution.shows).toBeUndefined();
    expect(careful.functions.map(({ name }) => name)).toContain("syncChanges2");
  });
});

test("every release has its fixtures", () => {
  expect(versions).not.toEqual([]);
  for (const version of versions) {
    for (const name of ["histories.jsonl", "rows.jsonl", "values.json", "registered.json"]) {
      expect(existsSync(join(releases, version, name)), `${version}/${name}`).toBe(true);
    }
  }
});
