import { afterEach } from "vitest";
import { DEMO_DATA_SOURCE_ID, DEMO_TOKEN } from "../../local/notion-api/seed.ts";
import { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import type { Fault, Simulator } from "../../local/simulator/contract.ts";
import { createVirtualClock, type VirtualClock } from "../../local/virtual-clock.ts";
import { createNotionAdapter, type NotionAdapter } from "../../notion/client.ts";
import type { NotionPage } from "../../notion/schema.ts";
import { ServiceError } from "../../sync/error.ts";
import type { RequestKind } from "../../sync/pacer.ts";

export const START = "2026-01-01T10:00:30.000Z";
const LIMIT_MS = 300_000; // of virtual time

/** The adapter on a simulated Notion, in virtual time. */
export interface Bench {
  readonly adapter: NotionAdapter;
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  /** Tokens in the order in which they are handed out; the last one stays. */
  readonly tokens: string[];
  readonly acquired: RequestKind[];
  readonly blockedUntil: string[];
  readonly unauthorized: { count: number };
  /** The authorization and version of each request that was sent. */
  readonly sent: { readonly authorization: string | null; readonly version: string | null }[];
  /** Thrown by the pacer instead of a permission. */
  refusal: ServiceError | undefined;
  /** Runs the clock until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Runs the clock until the work has failed, and gives its error. */
  fail(work: Promise<unknown>): Promise<ServiceError>;
  fault(fault: Fault): void;
  /** Makes a page with this title in the demo's data source. */
  aSavedPage(title: string): Promise<NotionPage>;
}

const benches: Bench[] = [];

// A planned fault that never fired, or a route that is not there, fails the test that met it.
afterEach(() => {
  for (const bench of benches.splice(0)) bench.simulator.verify();
});

/** Creates a bench whose simulator is verified after the test. */
export function createBench(options: Partial<Parameters<typeof createNotionSimulator>[0]> = {}): Bench {
  const clock = createVirtualClock(START);
  const simulator = createNotionSimulator({ clock, ...options });
  const tokens = [DEMO_TOKEN];
  const bench: Bench = {
    simulator,
    clock,
    tokens,
    acquired: [],
    blockedUntil: [],
    unauthorized: { count: 0 },
    sent: [],
    refusal: undefined,
    adapter: createNotionAdapter({
      baseUrl: "http://notion.test",
      token: () => Promise.resolve(tokens[0] ?? ""),
      onUnauthorized: () => {
        bench.unauthorized.count += 1;
        if (tokens.length > 1) tokens.shift();
      },
      clock,
      pacer: {
        acquire(kind) {
          bench.acquired.push(kind);
          return bench.refusal ? Promise.reject(bench.refusal) : Promise.resolve();
        },
        block(untilMs) {
          bench.blockedUntil.push(new Date(untilMs).toISOString());
          return Promise.resolve();
        },
      },
      fetch: (input, init) => {
        const request = new Request(input, init);
        const { headers } = request;
        bench.sent.push({ authorization: headers.get("authorization"), version: headers.get("notion-version") });
        return simulator.fetch(request);
      },
    }),
    async run(work) {
      let isDone = false;
      const busy = clock.busy(work).finally(() => (isDone = true));
      busy.catch(() => undefined); // it is awaited below
      await clock.run(() => isDone, LIMIT_MS);
      return busy;
    },
    async fail(work) {
      const error = await bench.run(
        work.then(
          () => new Error("the work succeeded"),
          (reason: unknown) => reason,
        ),
      );
      if (error instanceof ServiceError) return error;
      throw new Error("Expected a ServiceError.", { cause: error });
    },
    fault: (fault) => simulator.setFaults([fault]),
    aSavedPage: (title) =>
      bench.run(bench.adapter.createPage(DEMO_DATA_SOURCE_ID, { title: { title: [{ text: { content: title } }] } }, {})),
  };
  benches.push(bench);
  return bench;
}
