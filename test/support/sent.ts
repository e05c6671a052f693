// What the product sends, apart from what a person does on the same boards: counted where it leaves the app.
import type { WorldOptions } from "./world.ts";

/** One request of the product. */
export interface SentRequest {
  readonly service: "notion" | "github";
  /** `POST /v1/data_sources/{id}/query`, `query ListUpdated`, `mutation createIssue`, `mutation 20`: one with 20 aliases. */
  readonly kind: string;
  readonly isWrite: boolean;
  /** By the clock of the world, when it was sent. */
  readonly atMs: number;
  /** Of the answer; `undefined` while there is none. */
  status: number | undefined;
  /** By the clock of the world, when it was answered. */
  answeredAtMs: number | undefined;
}

/** Records what the product sends. */
export interface Sent {
  readonly onRequest: NonNullable<WorldOptions["onRequest"]>;
  list(service?: SentRequest["service"]): readonly SentRequest[];
  /** Kind → how often, for one service or both. */
  count(service?: SentRequest["service"]): Readonly<Record<string, number>>;
  writes(): number;
  clear(): void;
}

const ID = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g;

/** Creates a recorder; `now` is the clock of the world, which may be made later. */
export function createSent(now: () => number): Sent {
  const requests: SentRequest[] = [];
  const list: Sent["list"] = (service) => requests.filter((request) => !service || request.service === service);
  return {
    async onRequest(send, request) {
      const entry: SentRequest = { ...(await describe(request)), atMs: now(), status: undefined, answeredAtMs: undefined };
      requests.push(entry);
      const response = await send();
      entry.status = response.status;
      entry.answeredAtMs = now();
      return response;
    },
    list,
    count(service) {
      const counts: Record<string, number> = {};
      for (const { kind } of list(service)) counts[kind] = (counts[kind] ?? 0) + 1;
      return counts;
    },
    writes: () => requests.filter((request) => request.isWrite).length,
    clear: () => void requests.splice(0),
  };
}

async function describe(request: Request): Promise<Pick<SentRequest, "service" | "kind" | "isWrite">> {
  const { pathname, port } = new URL(request.url);
  if (port !== "7081" && pathname === "/graphql") {
    const { query } = (await request.clone().json()) as { readonly query: string };
    return { service: "github", ...describeDocument(query) };
  }
  const kind = `${request.method} ${pathname.replace(ID, "{id}")}`;
  return {
    service: port === "7081" ? "notion" : "github",
    kind,
    isWrite: request.method !== "GET" && !pathname.endsWith("/query"),
  };
}

function describeDocument(document: string): Pick<SentRequest, "kind" | "isWrite"> {
  const operation = /\b(query|mutation)\b\s*(\w*)/.exec(document);
  if (operation?.[1] !== "mutation") return { kind: `query ${operation?.[2] ?? ""}`.trim(), isWrite: false };
  const fields = [...document.matchAll(/\b(\w+)\s*\(\s*input\s*:/g)].map((match) => match[1] ?? "");
  return { kind: `mutation ${fields.length === 1 ? fields[0] : fields.length}`, isWrite: true };
}
