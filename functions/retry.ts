import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { isHeld } from "../storage/changes.ts";
import type { StoredChange } from "../storage/changes.ts";
import { isoNow } from "../sync/clock.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { toPageId } from "./page-id.ts";
import { parseCommand, problem, readText } from "./respond.ts";
import { wake } from "./wake.ts";

const MAX_BYTES = 64 * 1024;
const ROWS_AT_ONCE = 1_000;

/** `POST /api/retry`: pairs that failed or wait are tried again now; what a guard holds stays held. */
export async function handleRetry(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const text = await readText(request, MAX_BYTES);
  if (text === undefined) return problem(413, `The body may have at most ${MAX_BYTES} bytes.`);
  const command = toRetryCommand(parseCommand(text));
  if (typeof command === "string") return problem(400, command);
  let count = 0;
  let isKnown = command.pageId === undefined;
  for (const { name } of deps.mappings) {
    const found = command.pageId === undefined ? undefined : await findPostponed(deps, name, command.pageId);
    isKnown ||= found !== undefined;
    const ofMapping = command.pageId === undefined ? await retryAll(deps, name) : await makeDue(deps, name, found ?? []);
    count += ofMapping;
    if (ofMapping > 0) await wake(client, name, deps.log);
  }
  if (!isKnown)
    return problem(404, `No mapping knows the page "${command.pageId ?? ""}". POST /api/sync {"pageIds": […]} looks at it.`);
  return { status: 202, jsonBody: { count } };
}

function toRetryCommand(body: Readonly<Record<string, unknown>> | undefined): { readonly pageId?: string } | string {
  const expected = 'The body must be {"pageId": "<page id>"} or {"all": true}.';
  const { pageId, all, ...rest } = body ?? { malformed: true };
  if (Object.keys(rest).length > 0 || (pageId === undefined) === (all === undefined)) return expected;
  if (all !== undefined) return all === true ? {} : expected;
  const id = typeof pageId === "string" ? toPageId(pageId) : undefined;
  return id === undefined ? expected : { pageId: id };
}

/** The postponed changes of one page and its item; `undefined` when the mapping does not know the page. */
async function findPostponed(deps: FunctionDeps, mapping: string, pageId: string): Promise<readonly StoredChange[] | undefined> {
  const { changes, links } = deps.storage;
  const link = await links.find(mapping, pageId);
  const itemId = link?.value.item?.itemId;
  const rows = await Promise.all([
    changes.find(mapping, "notion", pageId),
    itemId === undefined ? undefined : changes.find(mapping, "github", itemId),
  ]);
  const found = rows.filter((row) => row !== undefined);
  return link || found.length > 0 ? found : undefined;
}

/** Makes everything of a mapping due that failed or waits and is not held; returns of how many pairs. */
export async function retryAll(deps: FunctionDeps, mapping: string): Promise<number> {
  const postponed: StoredChange[] = [];
  let continuation: string | undefined;
  do {
    const list = await deps.storage.changes.listPostponed(mapping, isoNow(deps.clock), { limit: ROWS_AT_ONCE, continuation });
    postponed.push(...list.changes);
    continuation = list.continuation;
  } while (continuation !== undefined);
  return makeDue(deps, mapping, postponed);
}

/** Makes changes due now that are not; returns of how many pairs. */
async function makeDue(deps: FunctionDeps, mapping: string, changes: readonly StoredChange[]): Promise<number> {
  const nowIso = isoNow(deps.clock);
  const later = changes.filter(({ value }) => value.notBefore > nowIso && !isHeld(value));
  const itemIds = later.flatMap(({ value }) => (value.side === "github" ? [value.id] : []));
  const links = await deps.storage.links.findManyByItem(mapping, itemIds);
  // A change that a newer hint has replaced meanwhile is due anyhow.
  await deps.storage.changes.postponeMany(
    later.map((change) => ({
      change,
      to: { notBefore: nowIso, attempts: change.value.attempts, waitsFor: change.value.waitsFor },
    })),
  );
  return new Set(later.map(({ value }) => (value.side === "github" ? links.get(value.id)?.value.pageId : value.id))).size;
}
