// A simulator in virtual time, and the vendor's own client in front of it, without sockets.
import { Client, LogLevel, type PageObjectResponse } from "@notionhq/client";
import {
  DEMO_DATA_SOURCE_ID,
  DEMO_TOKEN,
  DEMO_SEED,
  type NotionSeed,
  type SeedPage,
  type SeedProperty,
} from "../../../local/notion-api/seed.ts";
import { createNotionSimulator, type NotionOptions, type NotionSimulator } from "../../../local/notion-api/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";

export const START = "2026-02-03T10:20:30.456Z"; // a Tuesday

type ClientFetch = NonNullable<NonNullable<ConstructorParameters<typeof Client>[0]>["fetch"]>;

// The client's own type of a response body fits no platform's overloads of getReader.
const toClientFetch = (simulator: NotionSimulator): ClientFetch => {
  const answer = (url: string, init?: RequestInit): Promise<Response> => simulator.fetch(new Request(url, init));
  return answer as unknown as ClientFetch;
};

/** The vendor's client, with its own retries off. */
export function connect(simulator: NotionSimulator, auth: string = DEMO_TOKEN, notionVersion = "2026-03-11"): Client {
  return new Client({
    auth,
    notionVersion,
    baseUrl: "http://notion.test",
    retry: false,
    logLevel: LogLevel.ERROR,
    fetch: toClientFetch(simulator),
  });
}

export interface Workspace {
  readonly clock: VirtualClock;
  readonly simulator: NotionSimulator;
  /** Acts as the product's bot. */
  readonly bot: Client;
  /** Acts as Ada. */
  readonly ada: Client;
  /** Bodies of the webhooks that arrived. */
  readonly deliveries: Record<string, unknown>[];
  readonly signatures: (string | null)[];
}

/** Starts a workspace whose webhooks go to `answer`. */
export function startWorkspace(options: Partial<NotionOptions> = {}, answer: () => number = () => 200): Workspace {
  const clock = createVirtualClock(START);
  const deliveries: Record<string, unknown>[] = [];
  const signatures: (string | null)[] = [];
  const simulator = createNotionSimulator({
    clock,
    webhooks: { url: "http://app.test/hook", secret: "secret_test" },
    async deliver(request) {
      deliveries.push((await request.json()) as Record<string, unknown>);
      signatures.push(request.headers.get("x-notion-signature"));
      return new Response(null, { status: answer() });
    },
    ...options,
  });
  return { clock, simulator, bot: connect(simulator), ada: connect(simulator, "ntn_ada"), deliveries, signatures };
}

export const TEST_DATABASE_ID = "db000000-0000-4000-8000-000000000001";

/** A workspace seed with one data source of these properties and pages. */
export function seedOf(properties: readonly SeedProperty[], pages: readonly Omit<SeedPage, "dataSourceId">[]): NotionSeed {
  const source = { id: DEMO_DATA_SOURCE_ID, databaseId: TEST_DATABASE_ID, title: "Test", properties };
  return { ...DEMO_SEED, dataSources: [source], pages: pages.map((page) => ({ ...page, dataSourceId: source.id })) };
}

/** Makes a page with the demo's properties. */
export async function makePage(
  client: Client,
  properties: Parameters<Client["pages"]["create"]>[0]["properties"] = {},
): Promise<PageObjectResponse> {
  return (await client.pages.create({ parent: { data_source_id: DEMO_DATA_SOURCE_ID }, properties })) as PageObjectResponse;
}

/** Reads a page whole. */
export async function readPage(client: Client, page_id: string): Promise<PageObjectResponse> {
  return (await client.pages.retrieve({ page_id })) as PageObjectResponse;
}

/** A property of a page as it was read. */
export function valueOf(page: PageObjectResponse, name: string): PageObjectResponse["properties"][string] {
  const value = page.properties[name];
  if (!value) throw new Error(`The page has no property "${name}".`);
  return value;
}

/** The property's content, without its id and type. */
export function contentOf(page: PageObjectResponse, name: string): unknown {
  const value = valueOf(page, name) as unknown as Record<string, unknown>;
  return value[String(value["type"])];
}

/** The plain text of a title or rich text property. */
export function textOf(page: PageObjectResponse, name: string): string {
  const content = contentOf(page, name) as { plain_text: string }[];
  return content.map((item) => item.plain_text).join("");
}

/** A rich text as it is written. */
export const text = (content: string): { text: { content: string } }[] => [{ text: { content } }];
