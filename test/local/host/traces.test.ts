import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadApp, type LoadedApp } from "../../../local/host/functions-core.ts";
import { createInvoke } from "../../../local/host/invoke.ts";
import { toEventsOf } from "../../../local/host/durable/commit-turn.ts";
import { parseThrown, type HistoryEvent, type TurnOutput } from "../../../local/host/durable/protocol.ts";
import { replay } from "../../../local/host/durable/replay.ts";
import { createVirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, fixtures, send, start, startTestHost, statusOf, ENDED, type TestApp } from "./support.ts";
import { normalizeEvent, normalizeTurn, type RecordedTurn } from "./trace-shape.ts";

const turns = readFileSync(`${fixtures}/turns.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedTurn);
const ofInstance = (id: string): RecordedTurn[] => turns.filter((turn) => turn.instanceId === id);
const executionOf = (turn: RecordedTurn): string =>
  turn.in.history.find((event) => event.EventType === 0)?.OrchestrationInstance?.ExecutionId ?? "";

let app: TestApp;
beforeAll(async () => {
  app = await buildApp({ path: `${fixtures}/app.ts` });
});
afterAll(() => app.remove());

describe("the library alone", () => {
  let loaded: LoadedApp;
  beforeAll(async () => {
    loaded = await loadApp(app.directory, () => undefined);
  });

  test("each recorded turn gives back its recorded output", async () => {
    const invoke = createInvoke(
      loaded,
      () => undefined,
      () => "{}",
    );
    for (const turn of turns) {
      const target = loaded.functions.find((each) => each.name === turn.orchestrator);
      if (!target) throw new Error(`app.ts has no ${turn.orchestrator}`);
      const out = await invoke(target, { data: { string: JSON.stringify(turn.in) } }).then(
        (data) => JSON.parse(data?.json ?? "null") as unknown,
        (error: unknown) => {
          const message = (error as Error).message;
          return { error: { message, data: parseThrown(message) } };
        },
      );
      expect({ at: `${turn.instanceId} ${turn.turn}`, out }).toEqual({ at: `${turn.instanceId} ${turn.turn}`, out: turn.out });
    }
  });
});

describe("the decisions alone", () => {
  test("each recorded output leads to the events that the next turn has in addition", () => {
    let compared = 0;
    for (const turn of turns) {
      const next = turns.find((each) => each.instanceId === turn.instanceId && each.turn === turn.turn + 1);
      if (!next || executionOf(next) !== executionOf(turn)) continue;
      const output = turn.out.error ? turn.out.error.data : (turn.out as unknown as TurnOutput);

      const replayed = replay(turn.in.history, output, {
        name: turn.orchestrator,
        instanceId: turn.instanceId,
        executionId: executionOf(turn),
        parentInstanceId: turn.in.parentInstanceId,
        checkFunction: () => undefined,
      });

      const added = next.in.history.slice(turn.in.history.length);
      const expected = added
        .slice(
          0,
          added.findIndex((event) => event.EventType === 12),
        )
        .filter((event) => event.EventType !== 13);
      const decided = toEventsOf("", replayed.decisions);
      expect(decided.map(normalizeEvent)).toEqual(expected.map(normalizeEvent));
      expect(replayed.completion, `${turn.instanceId} ${turn.turn}`).toBeUndefined();
      compared += 1;
    }
    expect(compared).toBe(turns.length - 14 - 5); // but the last turn of each of 14 instances, of 4 continued executions and of a restarted one
  });

  test("the last turn of each execution ends it", () => {
    const ends = turns.filter((turn) => {
      const next = turns.find((each) => each.instanceId === turn.instanceId && each.turn === turn.turn + 1);
      return !next || executionOf(next) !== executionOf(turn) || next.turn === 0;
    });
    for (const turn of ends) {
      const output = turn.out.error ? turn.out.error.data : (turn.out as unknown as TurnOutput);
      const identity = { name: turn.orchestrator, instanceId: turn.instanceId, executionId: "e", parentInstanceId: null };
      const { completion } = replay(turn.in.history, output, { ...identity, checkFunction: () => undefined });
      expect(completion?.status, `${turn.instanceId} ${turn.turn}`).toBeDefined();
    }
  });
});

describe("the whole engine", () => {
  const starts: readonly (readonly [id: string, input: unknown])[] = [
    ["cmp-parent", { x: 1 }],
    ["cmp-counter", { n: 0, max: 4 }],
    ["cmp-failfast", ""],
    ["cmp-boom", null],
    ["cmp-types", ""],
    ["cmp-canstr", 1],
    ["cmp-subretry", ""],
    ["cmp-rets", ""],
    ["cmp-chain", 5],
    ["cmp-longsleep", 100],
  ];
  const events: Readonly<Record<string, readonly [afterMs: number, name: string, data: unknown]>> = {
    "cmp-parent": [1500, "go", { hello: "w" }],
    "cmp-counter": [1200, "inc", 42],
  };

  test("runs the recorded instances turn for turn as the extension did", async () => {
    const clock = createVirtualClock("2026-11-23T03:47:31.000Z");
    const seen: RecordedTurn[] = [];
    const host = await startTestHost(app, {
      clock,
      onTurn(turn) {
        const out = turn.thrown === undefined ? turn.output : { error: { message: turn.thrown, data: turn.output } };
        const line = {
          instanceId: turn.instanceId,
          orchestrator: turn.orchestrator,
          turn: 0,
          in: JSON.parse(turn.input) as unknown,
          out,
        };
        seen.push(line as unknown as RecordedTurn);
      },
    });

    for (const [id, input] of starts) {
      await start(host, id.slice("cmp-".length), id, input);
      const event = events[id];
      if (event) {
        await clock.advance(event[0]);
        expect((await send(host, "POST", `/durabletask/instances/${id}/raiseEvent/${event[1]}`, event[2])).status).toBe(202);
      }
      await clock.run(async () => ENDED.includes((await statusOf(host, id)).runtimeStatus), 60_000);
    }

    // Children with default ids are named after their parent's execution: matched by the order in which they first ran.
    const recordedIds = [...new Set(turns.map((turn) => turn.instanceId))];
    const seenIds = [...new Set(seen.map((turn) => turn.instanceId))];
    expect(seenIds.length).toBe(recordedIds.length);
    for (const [index, id] of recordedIds.entries()) {
      if (id === "cmp-failfast") continue;
      const mine = seen.filter((turn) => turn.instanceId === seenIds[index]);
      expect(mine.map(normalizeTurn), id).toEqual(ofInstance(id).map(normalizeTurn));
    }
    const failfast = (all: readonly RecordedTurn[]): unknown => {
      const own = all.filter((turn) => turn.instanceId === "cmp-failfast").at(-1);
      const decided = own?.in.history.filter((event: HistoryEvent) => [4, 7, 10].includes(event.EventType));
      return { out: own && normalizeTurn(own).out, ids: decided?.map((event) => [event.EventType, event.EventId, event.Name]) };
    };
    expect(failfast(seen)).toEqual(failfast(turns));
    await host.close();
  });
});
