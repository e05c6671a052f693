// Plans as a person asks for them, over HTTP.
import type { World } from "./world.ts";

export interface PlanSeen {
  readonly planId: string;
  readonly totals: Readonly<Record<string, unknown>>;
  readonly pairs: readonly PairSeen[];
  readonly continuation: string | null;
}

export interface PairSeen {
  readonly mapping: string;
  readonly pageId: string;
  readonly item: string | null;
  readonly effects: readonly EffectSeen[];
  readonly conflicts: readonly unknown[];
  readonly problems: readonly { readonly code: string }[];
  readonly result?: { readonly status: string; readonly reason?: string };
}

export interface EffectSeen {
  readonly side: string;
  readonly kind: string;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly why: string;
}

/** Sends a request that the app may take its time for, and lets the world go on meanwhile. */
export async function callAndWait(
  world: World,
  method: string,
  path: string,
  body?: unknown,
  limitMs = 60_000,
): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    "x-functions-key": world.host().functionKey,
    ...(text === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
  };
  const request = new Request(`http://app.test/api/${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) });
  let response: Response | undefined;
  // Not marked as busy, as `world.call` does: the host is while it works, and is not while the handler sleeps.
  const answer = world.host().fetch(request);
  void answer.then((received) => (response = received));
  await world.until(() => response !== undefined, limitMs);
  const received = await answer;
  return { status: received.status, body: (await received.json()) as unknown, headers: received.headers };
}

/** Makes a plan, and asks again until it is ready. */
export async function askPlan(world: World, body: unknown = {}, limitMs = 60 * 60_000): Promise<PlanSeen> {
  let { status, body: seen } = await callAndWait(world, "POST", "plan", body);
  const { planId } = seen as PlanSeen;
  await world.until(async () => {
    if (status === 202) ({ status, body: seen } = await world.call("GET", `plan/${planId}`));
    return status !== 202;
  }, limitMs);
  if (status !== 200) throw new Error(`the plan was answered with ${status}: ${JSON.stringify(seen)}`);
  return seen as PlanSeen;
}

/** Reads all pairs of a plan, answer by answer. */
export async function readPairs(world: World, planId: string): Promise<readonly (readonly PairSeen[])[]> {
  const pages: (readonly PairSeen[])[] = [];
  let continuation: string | null = "";
  while (continuation !== null) {
    const query: string = continuation === "" ? "" : `?continuation=${encodeURIComponent(continuation)}`;
    const { body } = await world.call("GET", `plan/${planId}${query}`);
    const seen = body as PlanSeen;
    pages.push(seen.pairs);
    continuation = seen.continuation;
  }
  return pages.filter((page) => page.length > 0);
}
