import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { syncInstanceId } from "../orchestrators/instance-id.ts";
import type { Attention } from "../storage/attention.ts";
import { mapParallel } from "../storage/parallel.ts";
import { isoNow } from "../sync/clock.ts";
import { newChange } from "../sync/new-change.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { toPageId } from "./page-id.ts";
import { askToReconcile } from "./reconcile.ts";
import { parseCommand, problem, readText, shown } from "./respond.ts";
import { wake } from "./wake.ts";

const MAX_BYTES = 64 * 1024;

interface SyncCommand {
  readonly mapping?: string;
  readonly pageIds?: readonly string[];
  readonly full?: boolean;
  readonly confirm?: string;
}

/** `POST /api/sync`: starts the runs of one or all mappings; looks at named pages, reads everything, or confirms a hold. */
export async function handleSync(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const text = await readText(request, MAX_BYTES);
  if (text === undefined) return problem(413, `The body may have at most ${MAX_BYTES} bytes.`);
  const command = toSyncCommand(parseCommand(text));
  if (typeof command === "string") return problem(400, command);
  const wanted = deps.mappings.filter((mapping) => command.mapping === undefined || mapping.name === command.mapping);
  if (wanted.length === 0) {
    const names = deps.mappings.map((mapping) => `"${mapping.name}"`).join(", ");
    return problem(404, `There is no mapping "${shown(command.mapping ?? "")}". The mappings are: ${names}.`);
  }
  const names = wanted.map((mapping) => mapping.name);
  if (command.confirm !== undefined && !(await confirmHold(deps, names, command.confirm))) {
    return problem(404, `There is no hold "${shown(command.confirm)}"; GET /api/status lists the holds.`);
  }
  if (command.pageIds) await storePages(deps, wanted[0]?.name ?? "", command.pageIds);
  if (command.full) await askToReconcile(deps, wanted);
  for (const name of names) await wake(client, name, deps.log);
  return { status: 202, jsonBody: { instanceIds: names.map(syncInstanceId) } };
}

function toSyncCommand(body: Readonly<Record<string, unknown>> | undefined): SyncCommand | string {
  if (!body) return 'The body must be a JSON object such as {} or {"mapping": "engineering"}.';
  const { mapping, pageIds, full, confirm, ...rest } = body;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `There is no field "${shown(unknown)}". The fields are: mapping, pageIds, full, confirm.`;
  if (mapping !== undefined && typeof mapping !== "string") return "mapping must be the name of a mapping.";
  if (full !== undefined && typeof full !== "boolean") return "full must be true or false.";
  if (confirm !== undefined && typeof confirm !== "string") return "confirm must be the id of a hold.";
  if (pageIds !== undefined && !isPageIds(pageIds)) return "pageIds must be a list of at most 1,000 page ids (UUIDs).";
  return {
    ...(mapping === undefined ? {} : { mapping }),
    ...(pageIds === undefined ? {} : { pageIds }),
    ...(full === undefined ? {} : { full }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

function isPageIds(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length <= 1_000 && value.every((id) => typeof id === "string" && toPageId(id) !== undefined)
  );
}

async function storePages(deps: FunctionDeps, fallback: string, pageIds: readonly string[]): Promise<void> {
  const changes = await mapParallel(pageIds, async (pageId) => {
    const id = toPageId(pageId) ?? pageId;
    const claim = await deps.storage.claims.find("page", id);
    const isMapped = deps.mappings.some((mapping) => mapping.name === claim?.mapping);
    return newChange(isMapped && claim ? claim.mapping : fallback, "notion", id, "request", isoNow(deps.clock));
  });
  await deps.storage.changes.storeMany(changes);
}

/**
 * A confirmed hold lets through what it stopped: the hour begins anew, and the held pages are due.
 *
 * @remarks What a run holds meanwhile is found by the second look, or by the run, which sees that its hold is gone.
 */
async function confirmHold(deps: FunctionDeps, names: readonly string[], holdId: string): Promise<boolean> {
  for (const name of names) {
    const state = await deps.storage.mappings.find(name);
    const hold = state?.value.holds.find(({ id }) => id === holdId);
    if (!hold) continue;
    const before = await listHeld(deps, name, holdId);
    const nowIso = isoNow(deps.clock);
    await deps.storage.mappings.update(name, (known) => ({
      ...known,
      holds: known.holds.filter(({ id }) => id !== holdId),
      guards: { ...known.guards, [hold.kind]: { startedAt: nowIso, count: -before.length } },
    }));
    const held = await listHeld(deps, name, holdId);
    await deps.storage.changes.storeMany(held.map((entry) => newChange(name, "notion", entry.pageId, "request", nowIso)));
    return true;
  }
  return false;
}

async function listHeld(deps: FunctionDeps, mapping: string, holdId: string): Promise<readonly Attention[]> {
  const entries: Attention[] = [];
  let continuation: string | undefined;
  do {
    const page = await deps.storage.attention.list(mapping, "hold", { limit: 1_000, continuation });
    entries.push(...page.entries);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return entries.filter(({ outcome }) => outcome.status === "held" && outcome.holdId === holdId);
}
