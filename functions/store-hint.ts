import type { GithubDelivery } from "../github/delivery.ts";
import { isHeld } from "../storage/changes.ts";
import type { StoredChange } from "../storage/changes.ts";
import { mapParallel } from "../storage/parallel.ts";
import { branchKey } from "../sync/branch-key.ts";
import { isoNow } from "../sync/clock.ts";
import { newChange } from "../sync/new-change.ts";
import { listRepositories } from "../sync/source-key.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { wakeIfAtRest } from "./wake.ts";

export type GithubHint = Extract<GithubDelivery, { kind: "hint" }>;

/**
 * Makes the pairs due at once that wait for what a delivery tells; what nobody waits for is neither stored nor starts anything.
 *
 * @returns Whether anybody waits.
 * @remarks A pair waits exactly as long as it has a change row, also while an attempt works on it: then the row gets a new ETag and stays due.
 */
export async function storeHint(hint: GithubHint, client: Starter, deps: FunctionDeps): Promise<boolean> {
  const ofItems = await mapParallel(hint.itemIds, (itemId) => findOfItem(itemId, deps));
  const ofBranches = await findOfBranches(hint, deps);
  const waiting = [...ofItems.flat(), ...ofBranches].filter(({ value }) => !isHeld(value));
  if (waiting.length === 0) return false;
  const nowIso = isoNow(deps.clock);
  await deps.storage.changes.storeMany(
    waiting.map(({ value: { mapping, side, id } }) => newChange(mapping, side, id, "webhook", nowIso)),
  );
  for (const mapping of new Set(waiting.map(({ value }) => value.mapping))) await wakeIfAtRest(client, mapping, deps);
  return true;
}

/** The changes of the pair of an item, or of the one on which it hangs. */
async function findOfItem(itemId: string, { storage, mappings }: FunctionDeps): Promise<readonly StoredChange[]> {
  const claim = await storage.claims.find("item", itemId);
  const mapping = claim && mappings.find(({ name }) => name === claim.mapping);
  if (!mapping) return [];
  const link = await storage.links.find(mapping.name, claim.pageId);
  const itemIds = new Set([itemId, ...(link?.value.item ? [link.value.item.itemId] : [])]);
  const rows = await Promise.all([
    storage.changes.find(mapping.name, "notion", claim.pageId),
    ...[...itemIds].map((id) => storage.changes.find(mapping.name, "github", id)),
  ]);
  return rows.filter((row) => row !== undefined);
}

/** A mapping names its repository as people do: one that was renamed is found at the next try. */
async function findOfBranches(
  { repository, branches }: GithubHint,
  { storage, mappings }: FunctionDeps,
): Promise<readonly StoredChange[]> {
  if (branches.length === 0) return [];
  const name = repository.toLowerCase();
  const own = mappings.filter(
    (mapping) => mapping.pullRequest !== null && listRepositories(mapping).some((each) => each.toLowerCase() === name),
  );
  const wanted = own.flatMap((mapping) => branches.map((branch) => ({ mapping, branch })));
  const found = await mapParallel(wanted, ({ mapping, branch }) =>
    storage.changes.listWaiting(mapping.name, branchKey(repository, branch)),
  );
  return found.flat();
}
