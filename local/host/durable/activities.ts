import { LATE_ACTIVITY_MS } from "../moods.ts";
import { background, HostKilled, isoNow, type EngineContext } from "./context.ts";
import { taskCompleted, taskFailed } from "./events.ts";
import { activityDetails, activityReason, messageOf, missingFunction } from "./failure.ts";
import { isTerminal, type HistoryEvent } from "./protocol.ts";
import type { TaskRow } from "./store.ts";
import { toResultJson } from "../typed-data.ts";

/** Runs activities from their stored rows, at least once each. */
export interface Activities {
  start(row: TaskRow): void;
  /** Goes on with what waits, after the host was told to run. */
  pump(): void;
  /** The bad mood of deliveries that come after the end of their orchestration. */
  orchestrationEnded(id: string): void;
  running(): number;
  /** Nothing runs, and no further delivery waits. */
  idle(): boolean;
  /** Resolves when those that run now have ended. */
  drained(): Promise<void>;
}

const MOST_LATE_DELIVERIES = 20; // per instance; an eternal orchestration would gather them for ever

interface Delivery {
  readonly row: TaskRow;
  /** A delivery whose result nobody waits for. */
  readonly spare: boolean;
}

/** Makes the runner of activities. */
export function createActivities(context: EngineContext): Activities {
  const { clock } = context;
  const queue: Delivery[] = [];
  const running = new Set<Promise<void>>();
  const afterEnd = new Map<string, TaskRow[]>();

  const perform = async (row: TaskRow): Promise<HistoryEvent> => {
    const target = context.findFunction("activity", row.name);
    const data = row.input === null ? {} : { string: row.input };
    const metadata = { instanceId: { json: JSON.stringify(row.id) }, data };
    try {
      if (!target) throw new Error(missingFunction("activity", row.name, context.knownFunctions("activity")));
      const result = await context.invoke(target, { data, metadata });
      return taskCompleted(isoNow(context), row.taskId, toResultJson(result));
    } catch (error) {
      const message = messageOf(error);
      context.log("warning", `Function.${row.name}`, `activity failed: ${message}`);
      const details = activityDetails(row.name, message, error instanceof Error ? (error.stack ?? "") : "");
      return taskFailed(isoNow(context), row.taskId, activityReason(row.name, message), details);
    }
  };

  const deliver = async ({ row, spare }: Delivery): Promise<void> => {
    const event = await perform(row);
    if (!context.isAlive()) throw new HostKilled();
    if (spare) return;
    const counts = context.commit(() => {
      // The row is gone when another delivery of the same activity ended first.
      if (!context.store.dropTask(row.seq)) return false;
      const instance = context.store.findInstance(row.id);
      if (!instance || instance.executionId !== row.execution || isTerminal(instance.status)) return false;
      context.store.addToInbox(row.id, JSON.stringify(event));
      return true;
    });
    if (counts) context.wake(row.id);
  };

  const begin = (delivery: Delivery): void => {
    const copies = [clock.busy(deliver(delivery))];
    if (context.moods.doubleActivities && !delivery.spare) {
      copies.push(clock.busy(deliver(delivery)));
      const late = afterEnd.get(delivery.row.id) ?? [];
      if (late.length < MOST_LATE_DELIVERIES) late.push(delivery.row);
      afterEnd.set(delivery.row.id, late);
    }
    const work = Promise.all(copies)
      .then(() => undefined)
      .finally(() => {
        running.delete(work);
        pump();
      });
    running.add(work);
    background(context, `activity ${delivery.row.name}`, work);
  };

  const pump = (): void => {
    while (context.isRunning() && running.size < context.settings.maxActivities) {
      const delivery = queue.shift();
      if (!delivery) return;
      begin(delivery);
    }
  };

  const enqueue = (delivery: Delivery): void => {
    queue.push(delivery);
    pump();
  };

  return {
    pump,
    start(row) {
      const delivery = { row, spare: false };
      if (!context.moods.lateActivities) enqueue(delivery);
      else clock.setTimer(context.random() * LATE_ACTIVITY_MS, () => enqueue(delivery));
    },
    orchestrationEnded(id) {
      const late = afterEnd.get(id) ?? [];
      afterEnd.delete(id);
      for (const row of late) enqueue({ row, spare: true });
    },
    running: () => running.size,
    idle: () => running.size === 0 && queue.length === 0,
    async drained() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };
}
