// Figures of one run over a thousand changed pages, in virtual time.
import { createBigBoard } from "../test/support/big-board.ts";
import { createSent } from "../test/support/sent.ts";

const PAIRS = 1_000;
const LIMIT_MS = 60 * 60_000;

export interface ThousandFigures {
  readonly requests: Readonly<Record<string, number>>;
  readonly historyBytes: number;
  readonly largestPayloadBytes: number;
  /** What the heap grew by at most, with both simulators and the tables in it. */
  readonly heapGrowthBytes: number;
  readonly wallMs: number;
  /** How long it takes by the world's clock, which the pacing of mutations decides. */
  readonly virtualMs: number;
}

/** Edits the titles of a thousand linked pages, and lets the poll find them. */
export async function benchThousand(): Promise<ThousandFigures> {
  let peak = 0;
  const sent = createSent(() => 0);
  const { world, pageIds } = await createBigBoard(PAIRS, {
    webhooks: false,
    onRequest(send, request) {
      peak = Math.max(peak, process.memoryUsage().heapUsed);
      return sent.onRequest(send, request);
    },
  });
  try {
    await world.advance(LIMIT_MS);
    await world.settled();
    for (const pageId of pageIds) await world.person.setTitle(pageId, `New ${pageId}`);
    sent.clear();
    world.host().clearStats();
    const heapBefore = process.memoryUsage().heapUsed;
    peak = heapBefore;
    const beganAt = performance.now();
    const virtualBeganAt = world.now();
    await world.until(() => sent.writes() >= PAIRS / 20, LIMIT_MS);
    await world.settled(LIMIT_MS);
    const { historyBytes, largestPayload } = world.host().stats();
    return {
      requests: sent.count(),
      historyBytes,
      largestPayloadBytes: largestPayload.bytes,
      heapGrowthBytes: peak - heapBefore,
      wallMs: performance.now() - beganAt,
      virtualMs: world.now() - virtualBeganAt,
    };
  } finally {
    await world.close();
  }
}
