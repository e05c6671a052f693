import type { SourceState } from "../storage/sources.ts";
import type { Mapping } from "../sync/mapping.ts";
import { listRepositories, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";

/** How far a mapping is behind, in seconds: the age of the oldest due change or of the last complete read, the greater. */
export function lagSecondsOf(
  mapping: Mapping,
  oldestDueAt: string | undefined,
  sources: ReadonlyMap<string, SourceState>,
  nowMs: number,
): number {
  const keys = [notionSourceKey(mapping), ...listRepositories(mapping).map(repositorySourceKey)];
  const since = [oldestDueAt, ...keys.map((key) => sources.get(key)?.readAt)];
  const ages = since.flatMap((at) => (at ? [nowMs - Date.parse(at)] : []));
  return Math.max(0, Math.round(Math.max(0, ...ages) / 1000));
}
