// Figures of a change told by webhook, in real time and with Azurite: how soon it is acknowledged, and how soon it is written.
import { createTable } from "../storage/table.ts";
import type { Table } from "../storage/table.ts";
import { startAzurite } from "../test/support/azurite.ts";
import { createSent } from "../test/support/sent.ts";
import type { Sent } from "../test/support/sent.ts";
import { createWorld, simpleConfig } from "../test/support/world.ts";
import type { World } from "../test/support/world.ts";

const CREATIONS = 5; // paced some seconds apart, so that few are enough
const UPDATES = 25;
const DELIVERIES = 200;
const LIMIT_MS = 30_000;

export interface LatencyFigures {
  readonly acknowledgedP99Ms: number;
  readonly firstWriteP50Ms: number;
  readonly firstWriteP95Ms: number;
  /** Storage requests from the arrival of a delivery to the first write; median. */
  readonly storageRequestsToFirstWrite: number;
}

/** Measures with the app, both simulators and the host in this process, and Azurite's tables in one of its own. */
export async function benchLatency(): Promise<LatencyFigures> {
  const azurite = await startAzurite(["table"]);
  const counted = countRequests(createTable({ connectionString: azurite.connectionString, name: "bench" }));
  const sent = createSent(() => Date.now());
  const config = simpleConfig({ limits: { creates: 1_000 } });
  const world = await createWorld({ realTime: true, table: counted.table, timers: false, onRequest: sent.onRequest, config });
  try {
    const pageIds: string[] = [];
    for (let index = 0; index < CREATIONS; index += 1) {
      pageIds.push(await world.person.createPage({ title: `Page ${index}`, status: "Ready" }));
    }
    await world.until(() => sent.list("github").filter(({ isWrite }) => isWrite).length >= CREATIONS, LIMIT_MS * 4);
    await world.settled(LIMIT_MS);

    const updates: Update[] = [];
    for (let index = 0; index < UPDATES; index += 1) {
      const edit = { pageId: pageIds[index % CREATIONS] ?? "", title: `Edit ${index}` };
      updates.push(await measureUpdate(world, sent, counted.requests, edit));
    }
    const waits = updates.map(({ waitMs }) => waitMs);
    return {
      acknowledgedP99Ms: percentile(await timeDeliveries(world), 0.99),
      firstWriteP50Ms: percentile(waits, 0.5),
      firstWriteP95Ms: percentile(waits, 0.95),
      storageRequestsToFirstWrite: percentile(
        updates.map(({ storageRequests }) => storageRequests),
        0.5,
      ),
    };
  } finally {
    await world.close();
    await azurite.close();
  }
}

interface Update {
  readonly waitMs: number;
  readonly storageRequests: number;
}

/** From the arrival of Notion's delivery to the first request that writes to GitHub. */
async function measureUpdate(
  world: World,
  sent: Sent,
  requests: () => number,
  edit: { readonly pageId: string; readonly title: string },
): Promise<Update> {
  sent.clear();
  const delivered = world.deliveries.length;
  await world.person.setTitle(edit.pageId, edit.title);
  while (world.deliveries.length === delivered) await new Promise((done) => setImmediate(done));
  const arrivedAtMs = Date.now();
  const before = requests();
  const firstWrite = (): number | undefined => sent.list("github").find(({ isWrite }) => isWrite)?.atMs;
  await world.until(() => firstWrite() !== undefined, LIMIT_MS);
  const storageRequests = requests() - before;
  await world.settled(LIMIT_MS);
  // Mutations are paced a second apart: the next edit shall not wait for this one.
  await world.advance(1_000);
  return { waitMs: (firstWrite() ?? 0) - arrivedAtMs, storageRequests };
}

/** Sends deliveries of the last edit once more, one after the other, as a service does that retries. */
async function timeDeliveries(world: World): Promise<readonly number[]> {
  const delivery = world.deliveries.findLast(({ url }) => url.endsWith("notion"));
  if (!delivery) throw new Error("No delivery of Notion came.");
  const times: number[] = [];
  for (let index = 0; index < DELIVERIES; index += 1) {
    const request = delivery.clone();
    const beganAt = performance.now();
    const { status } = await world.host().fetch(request);
    if (status !== 202) throw new Error(`a delivery was answered with ${status}`);
    times.push(performance.now() - beganAt);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

function countRequests(table: Table): { readonly table: Table; readonly requests: () => number } {
  let requests = 0;
  const counting = new Proxy(table, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...values: readonly unknown[]) => unknown;
      return (...values: readonly unknown[]) => {
        requests += 1;
        return Reflect.apply(method, target, values);
      };
    },
  });
  return { table: counting, requests: () => requests };
}
