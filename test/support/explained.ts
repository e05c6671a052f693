// What `GET /api/explain` and `GET /api/links` answer.
import { callAndWait } from "./plans.ts";
import type { World } from "./world.ts";

export interface Explained {
  readonly page: string | null;
  readonly item: string | null;
  readonly companion: string | null;
  readonly mapping: string | null;
  readonly link: { readonly state: string; readonly syncedAt: string | null } | null;
  readonly outcome: { readonly status: string; readonly code: string | null; readonly remedy: string | null } | null;
  readonly nextAttemptAt: string | null;
  readonly changes: readonly { readonly side: string; readonly isHeld: boolean }[];
  readonly holds: readonly { readonly id: string }[];
  readonly conflicts: readonly { readonly field: string; readonly taken: string | null }[];
  readonly next: readonly { readonly side: string; readonly kind: string; readonly field: string }[] | null;
  readonly asked: { readonly notion: string; readonly github: string };
  readonly steps: readonly string[];
}

export interface ListedLink {
  readonly mapping: string;
  readonly pageId: string;
  readonly item: string | null;
  readonly state: string;
  readonly status: string | null;
  readonly code: string | null;
}

/** Asks why a page or item is as it is; any answer. */
export async function ask(world: World, url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  return callAndWait(world, "GET", `explain?url=${encodeURIComponent(url)}`, undefined, 300_000);
}

/** Asks why a page or item is as it is, and gives the answer with its steps in one text. */
export async function explain(world: World, url: string): Promise<Explained & { readonly told: string }> {
  const { status, body } = await ask(world, url);
  if (status !== 200) throw new Error(`the question about ${url} was answered with ${status}: ${JSON.stringify(body)}`);
  const explained = body as Explained;
  return { ...explained, told: explained.steps.join("\n") };
}

/** Reads all links, answer by answer. */
export async function listLinks(world: World, query: Readonly<Record<string, string>> = {}): Promise<readonly ListedLink[]> {
  const links: ListedLink[] = [];
  let continuation: string | null = null;
  do {
    const parameters: URLSearchParams = new URLSearchParams({ ...query, ...(continuation === null ? {} : { continuation }) });
    const { status, body } = await world.call("GET", `links?${parameters.toString()}`);
    if (status !== 200) throw new Error(`the links were answered with ${status}: ${JSON.stringify(body)}`);
    const answer = body as { readonly links: readonly ListedLink[]; readonly continuation: string | null };
    links.push(...answer.links);
    ({ continuation } = answer);
  } while (continuation !== null);
  return links;
}
