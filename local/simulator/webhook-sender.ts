import type { Clock, Timer } from "../clock.ts";
import type { Deliver, WebhookControl } from "./contract.ts";
import type { Random } from "./random.ts";
import { changeMoods, toMoods, type WebhookMoods } from "./webhook-control.ts";

const MAX_OPEN_DELIVERIES = 8; // deliveries on their way at once
const DEFAULT_TIMEOUT_MS = 10_000; // ms; GitHub's published limit, Notion publishes none

/** What is sent for one event; rendered anew for each attempt. */
export interface WebhookMessage {
  /** @param attempt from 1. @param secret empty, when none is set. */
  render(attempt: number, secret: string): { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/** Sends webhooks in the background; nothing that a receiver does can make it fail. */
export interface WebhookSender {
  /** Queues a message; without a URL, or with webhooks off, it is dropped. */
  send(message: WebhookMessage): void;
  /** Announces a message that will be queued later, for `settled`; the returned function ends the announcement. */
  expect(): () => void;
  control(control: WebhookControl): void;
  readonly moods: Readonly<WebhookMoods>;
  /** Resolves when nothing is announced, waits for its first attempt or is on its way. Waiting for a further attempt does not count. */
  settled(): Promise<void>;
  /** Forgets what waits; the moods go back to the first ones, but URL and secret stay. */
  reset(): void;
}

/** What a webhook sender needs. */
export interface WebhookSenderOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliver: Deliver;
  readonly webhooks: WebhookControl | undefined;
  /** How long after failed attempt `attempt` (from 1) the next one comes; `undefined` for never. */
  readonly retryDelayMs: (attempt: number) => number | undefined;
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly message: WebhookMessage;
  readonly attempt: number;
  readonly dueAtMs: number;
}

/** Creates a webhook sender. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { clock, random, deliver, retryDelayMs, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const moods = toMoods(options.webhooks);
  const timers = new Set<Timer>();
  let queue: Waiting[] = [];
  let ready: Waiting[] = [];
  let open = 0;
  let announced = 0;
  let generation = 0;
  let listeners: (() => void)[] = [];

  const notify = (): void => {
    if (queue.length + ready.length + open + announced > 0) return;
    const settled = listeners;
    listeners = [];
    for (const listener of settled) listener();
  };

  const setTimer = (ms: number, callback: () => void): void => {
    const timer = clock.setTimer(ms, () => {
      timers.delete(timer);
      callback();
    });
    timers.add(timer);
  };

  const attempt = async ({ message, attempt }: Waiting): Promise<boolean> => {
    const controller = new AbortController();
    const timer = clock.setTimer(timeoutMs, () => controller.abort(new Error("the receiver did not answer in time")));
    try {
      const { headers, body } = message.render(attempt, moods.secret ?? "");
      const init = {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
        signal: controller.signal,
      };
      const response = await deliver(new Request(moods.url ?? "", init));
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false; // a receiver that is down or slow is an everyday thing for whoever calls back
    } finally {
      timer.clear();
    }
  };

  const sendNext = (): void => {
    while (open < MAX_OPEN_DELIVERIES) {
      const waiting = ready.shift();
      if (!waiting) break;
      if (!moods.enabled || moods.url === undefined || (moods.lose > 0 && random.next() < moods.lose)) continue;
      open += 1;
      const started = generation;
      void clock.busy(attempt(waiting)).then((succeeded) => {
        open -= 1;
        const delayMs = succeeded ? undefined : retryDelayMs(waiting.attempt);
        if (started === generation && delayMs !== undefined) {
          const again = { ...waiting, attempt: waiting.attempt + 1 };
          setTimer(delayMs, () => {
            ready.push(again);
            sendNext();
          });
        }
        sendNext();
      });
    }
    notify();
  };

  const flush = (): void => {
    const due = moods.reorder ? queue.reverse() : queue.filter((waiting) => waiting.dueAtMs <= clock.now());
    queue = moods.reorder ? [] : queue.filter((waiting) => waiting.dueAtMs > clock.now());
    for (const waiting of due) ready.push(...(moods.double ? [waiting, waiting] : [waiting]));
    sendNext();
  };

  return {
    moods,
    send(message) {
      if (!moods.enabled || moods.url === undefined) return;
      queue.push({ message, attempt: 1, dueAtMs: clock.now() + moods.delayMs });
      setTimer(moods.delayMs, flush);
    },
    expect() {
      announced += 1;
      let ended = false;
      const started = generation;
      return () => {
        if (ended || started !== generation) return;
        ended = true;
        announced -= 1;
        notify();
      };
    },
    control: (control) => changeMoods(moods, control),
    settled() {
      return new Promise((resolve) => {
        listeners.push(resolve);
        notify();
      });
    },
    reset() {
      generation += 1;
      for (const timer of timers) timer.clear();
      timers.clear();
      queue = [];
      ready = [];
      announced = 0;
      const { url, secret } = moods;
      Object.assign(moods, toMoods(options.webhooks), { url, secret });
      notify();
    },
  };
}
