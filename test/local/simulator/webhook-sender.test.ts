import { describe, expect, test } from "vitest";
import type { Deliver, WebhookControl } from "../../../local/simulator/contract.ts";
import { createRandom } from "../../../local/simulator/random.ts";
import { createWebhookSender, type WebhookSender } from "../../../local/simulator/webhook-sender.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";

const START = "2026-01-01T00:00:00.000Z";

interface Bench {
  readonly clock: VirtualClock;
  readonly sender: WebhookSender;
  /** `name/attempt at seconds since the start`. */
  readonly received: string[];
  readonly send: (...names: string[]) => void;
}

function createBench(webhooks: WebhookControl = {}, answer: (name: string, attempt: number) => number = () => 200): Bench {
  const clock = createVirtualClock(START);
  const received: string[] = [];
  const deliver: Deliver = async (request) => {
    const { name, attempt } = (await request.json()) as { name: string; attempt: number };
    received.push(`${name}/${attempt} at ${(clock.now() - Date.parse(START)) / 1_000}`);
    const status = answer(name, attempt);
    if (status === 0) throw new TypeError("fetch failed");
    return new Response(null, { status });
  };
  const sender = createWebhookSender({
    clock,
    deliver,
    random: createRandom(7),
    webhooks: { url: "http://app.test/hook", secret: "s", ...webhooks },
    retryDelayMs: (attempt) => (attempt < 3 ? 10_000 * attempt : undefined),
  });
  const send = (...names: string[]): void => {
    for (const name of names) sender.send({ render: (attempt) => ({ headers: {}, body: JSON.stringify({ name, attempt }) }) });
  };
  return { clock, sender, received, send };
}

describe("webhook sender", () => {
  test("deliveries go out in order, after the delay", async () => {
    const { clock, received, send } = createBench({ delayMs: 2_000 });
    send("a", "b");
    await clock.advance(1_999);
    expect(received).toEqual([]);
    await clock.advance(1);
    expect(received).toEqual(["a/1 at 2", "b/1 at 2"]);
  });

  test("a receiver that fails or is down is tried again, as often as the vendor does", async () => {
    const { clock, received, send } = createBench({}, (name, attempt) => (name === "a" ? 500 : attempt === 1 ? 0 : 200));
    send("a", "b");
    await clock.advance(600_000);
    expect(received.toSorted()).toEqual(["a/1 at 0", "a/2 at 10", "a/3 at 30", "b/1 at 0", "b/2 at 10"]);
  });

  test("double sends twice, reorder reverses, lose loses its share, off sends nothing", async () => {
    const { clock, sender, received, send } = createBench({ double: true, reorder: true });
    send("a", "b");
    await clock.advance(0);
    expect(received.splice(0)).toEqual(["b/1 at 0", "b/1 at 0", "a/1 at 0", "a/1 at 0"]);

    sender.control({ double: false, reorder: false, lose: 0.5 });
    send(...Array.from({ length: 200 }, (_, index) => `n${index}`));
    await clock.advance(0);
    expect(received.length).toBeGreaterThan(70);
    expect(received.splice(0).length).toBeLessThan(130);

    sender.control({ lose: true });
    send("lost");
    sender.control({ enabled: false });
    send("off");
    await clock.advance(1_000);
    expect(received).toEqual([]);
  });

  test("settled waits for what is announced, queued or on its way, but not for another attempt", async () => {
    const { clock, sender, send } = createBench({ delayMs: 1_000 }, () => 500);
    let settled = false;
    const announced = sender.expect();
    void sender.settled().then(() => (settled = true));
    await clock.advance(0);
    expect(settled).toBe(false);
    send("a");
    announced();
    await clock.advance(999);
    expect(settled).toBe(false);
    await clock.advance(1);
    expect(settled).toBe(true);
  });

  test("reset forgets what waits and puts the moods back, but keeps the receiver", async () => {
    const { clock, sender, received, send } = createBench();
    sender.control({ lose: 1, secret: "t", delayMs: 50 });
    send("a");
    sender.reset();
    await clock.advance(1_000);
    expect(received).toEqual([]);
    expect(sender.moods).toMatchObject({ lose: 0, delayMs: 0, secret: "t", url: "http://app.test/hook" });
  });

  test("a delivery that fails after a reset is not tried again", async () => {
    const { clock, sender, received, send } = createBench({}, () => {
      sender.reset();
      return 500;
    });
    send("a");
    await clock.advance(600_000);
    expect(received).toEqual(["a/1 at 0"]);
  });
});
