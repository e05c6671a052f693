import type { HttpResponseInit } from "@azure/functions";
import { verifyNotionSignature } from "../notion/webhook.ts";
import { isoNow } from "../sync/clock.ts";
import type { FunctionDeps } from "./deps.ts";

const WINDOW_MS = 30 * 60_000; // ms; design: a handshake is awaited for 30 minutes
const KEPT_TOKENS = 3;

/** Opens the window in which the token of a handshake is kept. */
export async function openHandshake(deps: FunctionDeps): Promise<HttpResponseInit> {
  const openUntil = new Date(deps.clock.now() + WINDOW_MS).toISOString();
  await deps.storage.handshakes.update(() => ({ openUntil, tokens: [] }));
  return { status: 200, jsonBody: { openUntil, next: "Add the webhook in Notion's developer portal, then GET /api/handshake." } };
}

/** Shows the tokens that arrived in the window and deletes them: the only secret that the app ever shows. */
export async function showHandshake(deps: FunctionDeps): Promise<HttpResponseInit> {
  const found = await deps.storage.handshakes.find();
  // Opened before they are deleted: what cannot be opened now, as while the vault is down, is not lost.
  const opened = new Map<string, string | undefined>();
  for (const { sealed } of found.tokens) opened.set(sealed, await deps.seal.open(sealed));
  const { openUntil, tokens } = await deps.storage.handshakes.update((handshake) => ({
    ...handshake,
    tokens: handshake.tokens.filter(({ sealed }) => !opened.has(sealed)),
  }));
  const shown = tokens.filter(({ sealed }) => opened.has(sealed)).map(({ sealed, at }) => ({ token: opened.get(sealed), at }));
  const isOpen = openUntil !== null && openUntil > isoNow(deps.clock);
  return {
    status: 200,
    headers: { "cache-control": "no-store" },
    jsonBody: { openUntil: isOpen ? openUntil : null, tokens: shown.filter(({ token }) => token !== undefined) },
  };
}

/** Keeps the token of a handshake while one is awaited; any other is dropped. Returns why, or `undefined` when it is kept. */
export async function keepHandshakeToken(
  deps: FunctionDeps,
  token: string,
  body: string,
  signature: string | null,
): Promise<"handshake_unawaited" | "handshake_signature" | undefined> {
  const nowIso = isoNow(deps.clock);
  const { openUntil } = await deps.storage.handshakes.find();
  if (openUntil === null || openUntil <= nowIso) return "handshake_unawaited";
  if (signature !== null && !(await verifyNotionSignature(body, signature, [token]))) return "handshake_signature";
  const sealed = await deps.seal.close(token);
  await deps.storage.handshakes.update((handshake) => ({
    ...handshake,
    tokens: [{ sealed, at: nowIso }, ...handshake.tokens].slice(0, KEPT_TOKENS),
  }));
  return undefined;
}
