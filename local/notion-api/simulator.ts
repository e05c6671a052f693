import type { PageObjectResponse } from "@notionhq/client";
import type { Simulator, SimulatorOptions } from "../simulator/contract.ts";
import { keepVendor } from "../simulator/data-file.ts";
import { createRandom } from "../simulator/random.ts";
import { createSimulatorServer } from "../simulator/simulator-server.ts";
import { createActors } from "./actors.ts";
import { EVENT_TYPES, createEventAggregator, type EventType } from "./events.ts";
import { toPageObject, CURRENT_VERSION } from "./page-reads.ts";
import type { MarkdownProfile } from "./markdown.ts";
import { createQueryEngine } from "./query.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { seedStore } from "./seed-store.ts";
import { DEMO_SEED, type NotionSeed } from "./seed.ts";
import type { NotionProfile } from "./services.ts";
import { keepWorkspace } from "./snapshot.ts";
import { createStore } from "./store.ts";
import { createNotionVendor, type NotionLimits } from "./vendor.ts";

const AGGREGATION_MS = 200; // ms; short, so that the demo feels live; Notion's own window is not published
const FIRST_RETRY_MS = 60_000; // ms
const RETRY_FACTOR = 3.15; // 7 waits from a minute on end after about 24 hours, as Notion documents
const MAX_ATTEMPTS = 8; // attempts; https://developers.notion.com/reference/webhooks-events-delivery

const DEFAULT_LIMITS: NotionLimits = {
  requestsPerMinute: 180,
  personRequestsPerMinute: Infinity,
  workspaceRequestsPerMinute: Infinity,
  queryResults: 10_000,
  queryPageSize: 100,
  bodyBytes: 500_000,
};

/** What a Notion simulator is made with. */
export interface NotionOptions extends SimulatorOptions {
  /** Default: the demo workspace. */
  readonly seedData?: NotionSeed;
  readonly limits?: Partial<NotionLimits>;
  readonly profile?: NotionProfile;
  /** How long events of one page are gathered before they are sent; default 200. */
  readonly aggregationMs?: number;
  /** Default: all that the simulator has. */
  readonly eventTypes?: readonly EventType[];
  /** How long after failed attempt `attempt` (from 1) a webhook is tried again; default: 8 attempts over 24 hours. */
  readonly webhookRetryDelayMs?: (attempt: number) => number | undefined;
  /** Whether an edit of blocks counts as an edit of their page; default true. */
  readonly contentEditsBumpPage?: boolean;
  /** How much of a page's content its Markdown gives; default: all. */
  readonly markdown?: MarkdownProfile;
  /** File that keeps the workspace from one start to the next; default: none. */
  readonly dataFile?: string;
}

/** A simulated Notion workspace behind Notion's API. */
export interface NotionSimulator extends Simulator {
  /** Sends the verification token to the receiver, as when a subscription is made. */
  sendHandshake(): void;
  /** The pages of a data source, those in the trash too, as a person would retrieve them; not journaled. */
  listPages(dataSourceId: string): PageObjectResponse[];
}

const defaultRetryDelay = (attempt: number): number | undefined =>
  attempt < MAX_ATTEMPTS ? FIRST_RETRY_MS * RETRY_FACTOR ** (attempt - 1) : undefined;

/** Creates a Notion simulator, version 2026-03-11; it listens only when told to. */
export function createNotionSimulator(options: NotionOptions): NotionSimulator {
  const { clock, seedData = DEMO_SEED, profile = {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const store = createStore(clock);
  const requestRandom = createRandom((options.seed ?? 1) + 2); // request ids and cursors must not shift the ids of pages
  let signatures = 0;
  const handshake = { send: (): void => undefined };
  const dataFile = { flush: (): void => undefined };

  const simulator = createSimulatorServer({
    ...options,
    retryDelayMs: options.webhookRetryDelayMs ?? defaultRetryDelay,
    createVendor(kit) {
      const source = {
        workspaceId: seedData.workspace.id,
        workspaceName: seedData.workspace.name,
        subscriptionId: "50b50000-0000-4000-8000-000000000001",
        integrationId: "1a7e0000-0000-4000-8000-000000000001",
      };
      const events = createEventAggregator(
        kit,
        source,
        options.aggregationMs ?? AGGREGATION_MS,
        options.eventTypes ?? EVENT_TYPES,
      );
      const queries = createQueryEngine(store, requestRandom, limits);
      const limiter = createRateLimiter(clock);
      const load = (): void => {
        store.clear();
        seedStore(store, seedData, () => kit.random.uuid());
      };
      handshake.send = () => events.sendHandshake();
      load();
      const vendor = createNotionVendor({
        kit,
        services: {
          clock,
          random: kit.random,
          store,
          events,
          queries,
          profile,
          contentEditsBumpPage: options.contentEditsBumpPage ?? true,
          markdown: options.markdown ?? {},
          files: { nextSignature: () => (signatures += 1).toString(16).padStart(64, "0") },
        },
        actors: createActors(seedData, store, profile),
        limiter,
        limits,
        requestRandom,
        reset() {
          events.reset();
          queries.clear();
          limiter.clear();
          requestRandom.restart();
          load();
        },
      });
      if (options.dataFile === undefined) return vendor;
      const file = { path: options.dataFile, simulator: "Notion", clock };
      const kept = keepVendor(vendor, keepWorkspace(store, kit.random), file);
      dataFile.flush = () => kept.flush();
      return kept.vendor;
    },
  });

  return {
    ...simulator,
    async close() {
      await simulator.close();
      dataFile.flush();
    },
    sendHandshake: () => handshake.send(),
    listPages(dataSourceId) {
      const showUser = (id: string): { object: "user"; id: string } => store.users.get(id) ?? { object: "user", id };
      const pages = [...store.listPages(dataSourceId)];
      return pages.map((page) => toPageObject(store, page, showUser, CURRENT_VERSION) as unknown as PageObjectResponse);
    },
  };
}
