// The actions of an execution as a small program with synchronous continuations. Promises would hand out the ids in another order.
import {
  ACTION,
  LONGEST_SINGLE_TIMER_MS,
  LONG_TIMER_HOP_MS,
  type Action,
  type HistoryEvent,
  type RetryPolicy,
} from "./protocol.ts";
import type { Decision, ReplayIdentity } from "./replay.ts";

/** A fault of the orchestrator that fails its instance; the message says what is wrong. */
export class ReplayFault extends Error {
  override readonly name = "ReplayFault";
}

type Done = (ok: boolean) => void;

const UNSUPPORTED: Readonly<Record<number, string>> = {
  7: "entities",
  8: "CallHttp",
  9: "entities",
  10: "entities",
  13: "entities",
  14: "entities",
};

/** Makes the program; nothing runs before `start`. */
export function createProgram(actions: readonly Action[], identity: ReplayIdentity) {
  const open = new Map<number, Done>();
  const undecided = new Map<number, Decision>();
  const waiters = new Map<string, Done[]>();
  const buffered = new Map<string, number>();
  const carried: HistoryEvent[] = [];
  let counter = 0;
  let nowMs = 0;
  let ended = false;
  let blockedAt = 0;
  let next: { readonly input: string | null } | undefined;

  const scheduleActivity = (name: string, input: unknown, done: Done): void => {
    identity.checkFunction("activity", name);
    const id = counter++;
    undecided.set(id, { kind: "activity", id, name, input: toActivityText(input) });
    open.set(id, done);
  };

  const scheduleChild = (name: string, instanceId: string | undefined, input: unknown, done: Done): void => {
    identity.checkFunction("orchestrator", name);
    if (instanceId && (instanceId === identity.instanceId || instanceId === identity.parentInstanceId)) {
      throw new ReplayFault(`The instance ID of a sub-orchestration must not be that of its own or its parent: '${instanceId}'.`);
    }
    const id = counter++;
    const childId = instanceId?.trim() ? instanceId : `${identity.executionId}:${id}`;
    undecided.set(id, { kind: "child", id, name, instanceId: childId, input: toJson(input) });
    open.set(id, done);
  };

  const scheduleTimer = (fireAtMs: number, canceled: boolean, done: Done): void => {
    const id = counter++;
    undecided.set(id, { kind: "timer", id, fireAt: new Date(fireAtMs).toISOString(), canceled });
    if (canceled) done(false);
    else open.set(id, done);
  };

  const createTimer = (fireAtMs: number, canceled: boolean, done: Done): void => {
    if (fireAtMs - nowMs <= LONGEST_SINGLE_TIMER_MS) {
      scheduleTimer(fireAtMs, canceled, done);
      return;
    }
    const hop = (): void => {
      const leftMs = fireAtMs - nowMs;
      const untilMs = leftMs > LONGEST_SINGLE_TIMER_MS ? nowMs + LONG_TIMER_HOP_MS : fireAtMs;
      scheduleTimer(untilMs, canceled, (ok) => (ok && nowMs < fireAtMs ? hop() : done(ok)));
    };
    hop();
  };

  const withRetry = (policy: RetryPolicy, attempt: (done: Done) => void, done: Done): void => {
    const firstAttemptMs = nowMs;
    let failures = 0;
    const again = (): void =>
      attempt((ok) => {
        if (ok) {
          done(true);
          return;
        }
        const timeoutMs = policy.retryTimeoutInMilliseconds;
        if (timeoutMs !== undefined && nowMs >= firstAttemptMs + timeoutMs) {
          // The extension stops here without a timer, while the library waits for one: the instance hangs, in production too.
          done(false);
          return;
        }
        const last = failures + 1 >= policy.maxNumberOfAttempts;
        const delayMs = last ? 0 : retryDelayMs(policy, failures);
        failures += 1;
        scheduleTimer(nowMs + delayMs, false, () => (last ? done(false) : again()));
      });
    again();
  };

  const waitFor = (name: string, done: Done): void => {
    const key = name.toLowerCase();
    const count = buffered.get(key) ?? 0;
    if (count > 0) {
      buffered.set(key, count - 1);
      done(true);
      return;
    }
    const list = waiters.get(key) ?? [];
    list.push(done);
    waiters.set(key, list);
  };

  const whenAll = (children: readonly Action[], done: Done): void => {
    let left = children.length;
    let allOk = true;
    if (left === 0) done(true);
    for (const child of children) {
      invoke(child, (ok) => {
        allOk &&= ok;
        left -= 1;
        if (left === 0) done(allOk);
      });
    }
  };

  const whenAny = (children: readonly Action[], done: Done): void => {
    const race = { scheduling: true, settled: false };
    for (const child of children) {
      invoke(child, (ok) => {
        if (race.settled) return;
        race.settled = true;
        if (!race.scheduling) done(ok);
      });
    }
    race.scheduling = false;
    // What is there already ends the race only when all have their ids.
    if (race.settled) done(true);
  };

  const invoke = (action: Action, done: Done): void => {
    const name = action.functionName ?? "";
    switch (action.actionType) {
      case ACTION.callActivity:
        scheduleActivity(name, action.input, done);
        return;
      case ACTION.callActivityWithRetry:
        withRetry(retryPolicy(action), (settled) => scheduleActivity(name, action.input, settled), done);
        return;
      case ACTION.callChild:
        scheduleChild(name, action.instanceId, action.input, done);
        return;
      case ACTION.callChildWithRetry:
        withRetry(retryPolicy(action), (settled) => scheduleChild(name, action.instanceId, action.input, settled), done);
        return;
      case ACTION.continueAsNew:
        next = { input: toJson(action.input) };
        done(true);
        return;
      case ACTION.createTimer:
        createTimer(Date.parse(action.fireAt ?? ""), action.isCanceled === true, done);
        return;
      case ACTION.waitForEvent:
        waitFor(action.externalEventName ?? "", done);
        return;
      case ACTION.whenAny:
        whenAny(action.compoundActions ?? [], done);
        return;
      case ACTION.whenAll:
        whenAll(action.compoundActions ?? [], done);
        return;
      default:
        throw new ReplayFault(
          `not supported by the local host: ${UNSUPPORTED[action.actionType] ?? `the action ${action.actionType}`}`,
        );
    }
  };

  const run = (index: number): void => {
    // A loop for what is done at once: recursion would overflow on long lists.
    for (let at = index; ; at += 1) {
      const action = actions[at];
      if (!action) {
        ended = true;
        return;
      }
      const step = { invoking: true, done: false };
      invoke(action, () => {
        step.done = true;
        if (!step.invoking) run(at + 1);
      });
      step.invoking = false;
      blockedAt = at;
      if (!step.done) return;
    }
  };

  return {
    open,
    undecided,
    carried: carried as readonly HistoryEvent[],
    start: () => run(0),
    setNow: (ms: number) => void (nowMs = ms),
    nextId: () => counter,
    atEnd: () => ended,
    /** Index of the action that is waited for, while not at the end. */
    blockedAt: () => blockedAt,
    continuedAsNew: () => next,
    settle(id: number, ok: boolean): void {
      const done = open.get(id);
      open.delete(id);
      done?.(ok);
    },
    raise(event: HistoryEvent): void {
      if (next) {
        carried.push(event);
        return;
      }
      const key = (event.Name ?? "").toLowerCase();
      const waiter = waiters.get(key)?.pop();
      if (waiter) waiter(true);
      else buffered.set(key, (buffered.get(key) ?? 0) + 1);
    },
  };
}

function retryPolicy(action: Action): RetryPolicy {
  return action.retryOptions ?? { firstRetryIntervalInMilliseconds: 0, maxNumberOfAttempts: 1 };
}

function retryDelayMs(policy: RetryPolicy, failures: number): number {
  const delayMs = policy.firstRetryIntervalInMilliseconds * (policy.backoffCoefficient ?? 1) ** failures;
  return Math.min(delayMs, policy.maxRetryIntervalInMilliseconds ?? LONGEST_SINGLE_TIMER_MS);
}

function toJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** Strings come JSON-encoded from the library; booleans are spelt as .NET does. */
function toActivityText(input: unknown): string | null {
  if (input === undefined || input === null) return null;
  if (typeof input === "boolean") return input ? "True" : "False";
  return typeof input === "string" ? input : JSON.stringify(input);
}
