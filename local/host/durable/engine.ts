// The durable engine: wakes instances one turn at a time, runs activities, fires timers, and recovers all of it from the store.
import { DOUBLE_START_MS } from "../moods.ts";
import { createActivities } from "./activities.ts";
import { background, isoNow, type EngineContext } from "./context.ts";
import { busyUntil, createInstance } from "./commit-turn.ts";
import { control, eventRaised, timerFired } from "./events.ts";
import { isTerminal, type HistoryEvent } from "./protocol.ts";
import { runTurn, type ExecutionCache } from "./turn.ts";
import type { Instance, TimerRow } from "./store.ts";

/** What the client API does with the engine. All of it is committed when the call returns. */
export interface Engine {
  /** Takes up everything that the store holds, and goes on from there. */
  recover(): void;
  /** @returns `undefined` when started, else the status that stands in the way. */
  start(id: string, name: string, input: string | null): string | undefined;
  raise(id: string, name: string, input: string): void;
  control(id: string, type: "suspended" | "resumed" | "executionTerminated", reason: string): void;
  purge(id: string): void;
  /** No turn and no activity runs or waits; timers may. */
  idle(): boolean;
  /** Resolves when running turns and activities have ended; new ones are not begun once the host stops. */
  drained(): Promise<void>;
}

const RETRY_TURN_MS = 1_000; // ms; after a fault of the host's own

/** What the host gives; the engine adds how its parts reach each other. */
export type EngineOptions = Omit<EngineContext, "wake" | "startTask" | "armTimer" | "ended">;

/** Makes the engine over a store. Nothing runs before `recover`. */
export function createEngine(options: EngineOptions): Engine {
  const { store, clock } = options;
  const cache: ExecutionCache = new Map();
  const waiting = new Set<string>();
  const active = new Map<string, Promise<void>>();
  const heldUntil = new Map<string, number>();
  const busyEnds = new Map<string, number>();

  const context: EngineContext = {
    ...options,
    wake(id) {
      if (!context.isRunning()) return;
      waiting.add(id);
      pump();
    },
    startTask: (row) => activities.start(row),
    armTimer: (row) =>
      void clock.setTimer(Math.max(0, row.due - clock.now()), () => background(context, `timer of ${row.id}`, fire(row))),
    ended(instance) {
      busyEnds.set(instance.id, busyUntil(context));
      activities.orchestrationEnded(instance.id);
    },
  };
  const activities = createActivities(context);

  const pump = (): void => {
    for (const id of waiting) {
      if (!context.isRunning() || active.size >= context.settings.maxOrchestrators) return;
      if (active.has(id) || (heldUntil.get(id) ?? 0) > clock.now()) continue;
      heldUntil.delete(id);
      waiting.delete(id);
      const turn = clock.busy(takeTurn(id)).finally(() => {
        active.delete(id);
        pump();
      });
      active.set(id, turn);
      background(context, `turn of ${id}`, turn);
    }
  };

  const takeTurn = async (id: string): Promise<void> => {
    // Events that arrive together are handed over together, which keeps the history that is shipped small.
    await new Promise((resolve) => setImmediate(resolve));
    if (!context.isRunning()) return;
    try {
      await runTurn(context, cache, id);
    } catch (error) {
      clock.setTimer(RETRY_TURN_MS, () => context.wake(id));
      throw error;
    }
  };

  const fire = async (row: TimerRow): Promise<void> => {
    await Promise.resolve();
    if (!context.isRunning()) return;
    const counts = context.commit(() => {
      if (!store.dropTimer(row.seq)) return false;
      const instance = store.findInstance(row.id);
      if (!instance || instance.executionId !== row.execution || isTerminal(instance.status)) return false;
      store.addToInbox(row.id, JSON.stringify(timerFired(isoNow(context), row.timerId, row.fireAt)));
      return true;
    });
    if (counts) context.wake(row.id);
  };

  const send = (id: string, event: HistoryEvent): void => {
    context.commit(() => store.addToInbox(id, JSON.stringify(event)));
    context.wake(id);
  };

  /** Holds the first turn back, with that mood, so that a second start can still meet a pending instance. */
  const hold = (id: string): void => {
    if (!context.moods.doubleStart) return;
    const holdMs = Math.ceil(context.random() * DOUBLE_START_MS);
    heldUntil.set(id, clock.now() + holdMs);
    clock.setTimer(holdMs, () => pump());
  };

  const standsInTheWay = (existing: Instance): string | undefined => {
    if (context.moods.doubleStart && existing.status === "Pending") return undefined;
    if (!isTerminal(existing.status)) return existing.status;
    return (busyEnds.get(existing.id) ?? 0) > clock.now() ? "Running" : undefined;
  };

  return {
    recover() {
      for (const row of store.listTasks()) activities.start(row);
      for (const row of store.listTimers()) context.armTimer(row);
      for (const id of store.listWaitingIds()) context.wake(id);
    },
    start(id, name, input) {
      const existing = store.findInstance(id);
      const obstacle = existing && standsInTheWay(existing);
      if (obstacle) return obstacle;
      hold(id);
      context.commit(() => createInstance(context, { id, name, input, parent: null }));
      busyEnds.delete(id);
      context.wake(id);
      return undefined;
    },
    raise: (id, name, input) => send(id, eventRaised(isoNow(context), name, input)),
    control: (id, type, reason) => send(id, control(isoNow(context), type, reason)),
    purge(id) {
      context.commit(() => {
        store.forget(id);
        store.dropTasks(id);
      });
    },
    idle() {
      if (active.size > 0 || !activities.idle() || store.listTasks().length > 0) return false;
      return store.listWaitingIds().every((id) => store.findInstance(id)?.status === "Suspended");
    },
    async drained() {
      while (active.size > 0 || activities.running() > 0) {
        await Promise.allSettled(active.values());
        await activities.drained();
      }
    },
  };
}
