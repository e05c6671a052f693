// A day on which one trouble follows the other, with an hour of calm between them, and one on which nothing is wrong.
import { holdAfterStamp } from "../support/hold-after-stamp.ts";
import { watchInsights } from "../support/insights.ts";
import type { Insights } from "../support/insights.ts";
import { createWorld, simpleConfig } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const CALM_MS = 60 * MINUTE_MS; // ms; longer than any alert looks back, but for the one on stuck orchestrations

/** What happened between two times, in milliseconds: the trouble, and the calm after it. */
export interface Span {
  readonly name: TroubleName;
  readonly fromMs: number;
  readonly overMs: number;
  readonly toMs: number;
}

/** What a day left behind. */
export interface Day {
  readonly insights: Insights;
  readonly spans: readonly Span[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Trouble → how it comes, and goes again. */
const TROUBLES = {
  async "a little of everything"(world: World): Promise<void> {
    await refuseDeliveries(world, 2);
    loseStorage(world);
    await world.advance(MINUTE_MS);
    mendStorage(world);
    await world.advance(10 * MINUTE_MS);
    await closeNotion(world, 9);
    world.kill();
    await world.advance(3 * MINUTE_MS);
    await world.start();
  },

  async "three deliveries with another secret"(world: World): Promise<void> {
    await refuseDeliveries(world, 3);
  },

  async "a source that cannot be read"(world: World): Promise<void> {
    await closeNotion(world, 20);
  },

  async "a hold"(world: World): Promise<void> {
    for (const title of ["One", "Two", "Three"]) await world.person.createPage({ title, status: "Ready" });
    await world.advance(20 * MINUTE_MS);
    await world.call("POST", "sync", { confirm: "creates-engineering" });
  },

  async "a run that makes no progress"(world: World): Promise<void> {
    const [pageId] = await linkedPages(world);
    const hold = holdAfterStamp(world);
    await world.person.setTitle(pageId, "Held");
    await world.until(() => hold.isHeld(), 10 * MINUTE_MS);
    await world.advance(15 * MINUTE_MS);
    hold.open();
    mendStorage(world);
  },

  async "storage that goes away under a run"(world: World): Promise<void> {
    const [pageId] = await linkedPages(world);
    const looks = (): number => world.host().stats().executions["findChanges"] ?? 0;
    const before = looks();
    // A delivery is stored and starts the run; then nothing is read or written any more, of the next deliveries neither.
    loseStorage(world, () => looks() > before);
    await world.person.setTitle(pageId, "Unlucky");
    await world.until(() => looks() > before);
    await world.person.setTitle(pageId, "Unlucky again");
    await world.advance(20 * MINUTE_MS);
    mendStorage(world);
  },

  async "a host that is dead"(world: World): Promise<void> {
    world.kill();
    await world.advance(20 * MINUTE_MS);
    await world.start();
  },
} as const;

export type TroubleName = keyof typeof TROUBLES;

/** Lives through all troubles. */
export async function liveTroubledDay(): Promise<Day> {
  const watch = watchInsights();
  const world = await createWorld({ config: simpleConfig({ limits: { creates: 2 } }), inMemory: true, ...watch.options });
  try {
    const spans: Span[] = [];
    await world.advance(20 * MINUTE_MS);
    for (const [name, cause] of Object.entries(TROUBLES)) {
      const fromMs = world.now();
      await cause(world);
      const overMs = world.now();
      await world.advance(CALM_MS);
      spans.push({ name: name as TroubleName, fromMs, overMs, toMs: world.now() });
    }
    return { insights: watch.tables(world), spans, fromMs: spans[0]?.fromMs ?? 0, toMs: world.now() };
  } finally {
    await world.close();
  }
}

/** Lives through a day of work: pages are made, renamed, closed on either side, and a mapping is put on pause for a while. */
export async function liveQuietDay(): Promise<Day> {
  const watch = watchInsights();
  const world = await createWorld({ inMemory: true, ...watch.options });
  try {
    await world.advance(20 * MINUTE_MS);
    const fromMs = world.now();
    for (let hour = 0; hour < 4; hour += 1) {
      const pageId = await world.person.createPage({ title: `Page ${hour}`, status: "Ready" });
      await world.advance(10 * MINUTE_MS);
      await world.person.setTitle(pageId, `Renamed ${hour}`);
      await world.person.setStatus(pageId, "Done");
      await world.advance(20 * MINUTE_MS);
      await world.call("POST", hour === 2 ? "mappings/engineering/pause" : "mappings/engineering/resume");
      await world.advance(30 * MINUTE_MS);
    }
    return { insights: watch.tables(world), spans: [], fromMs, toMs: world.now() };
  } finally {
    await world.close();
  }
}

async function linkedPages(world: World): Promise<readonly [string]> {
  const pageId = await world.person.createPage({ title: "Linked", status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 3 * MINUTE_MS);
  await world.settled();
  return [pageId];
}

async function refuseDeliveries(world: World, count: number): Promise<void> {
  const headers = { "x-github-event": "issues", "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
  const url = "http://app.test/api/webhooks/github";
  for (let n = 0; n < count; n += 1) await world.redeliver(new Request(url, { method: "POST", body: "{}", headers }));
}

/** Notion refuses the token. */
async function closeNotion(world: World, minutes: number): Promise<void> {
  const body = { object: "error", status: 401, code: "unauthorized", message: "API token is invalid." };
  world.notion.setFaults([{ match: "/query", kind: "status", status: 401, times: 1_000, body }]);
  await world.advance(minutes * MINUTE_MS);
  world.notion.setFaults([]);
}

/** Storage cannot be reached any more, from when `isLost` is true on. */
function loseStorage(world: World, isLost = (): boolean => true): void {
  if (!world.memory) throw new Error("The table is not in memory.");
  world.memory.hooks = {
    before: () => {
      if (isLost()) throw new Error("Storage cannot be reached.");
    },
  };
}

function mendStorage(world: World): void {
  if (world.memory) world.memory.hooks = {};
}
