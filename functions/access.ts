import { toRemedy } from "../github/remedy.ts";
import { toNotionRemedy } from "../notion/remedy.ts";
import type { SourceState } from "../storage/sources.ts";
import { listRepositories, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import type { FunctionDeps } from "./deps.ts";

/** What keeps the app out: a secret that it cannot have, or a source that it cannot read. */
export interface AccessFault {
  readonly service: "notion" | "github" | "vault";
  /** The name of the secret, the id of the data source, the repository, or the mapping whose pairs fail by it. */
  readonly about: string;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
  /** ISO-8601 UTC; `null`: found just now. */
  readonly since: string | null;
}

/** A pair that failed, as status shows it. */
interface FailedPair {
  readonly mapping: string;
  readonly code: string;
  readonly reason: string | null;
  readonly remedy: string | null;
  readonly since: string;
}

/** What pairs fail by when the token for GitHub lacks a right that only writing needs. */
const RIGHTS: readonly string[] = [
  "contents_forbidden",
  "insufficient_scopes",
  "issues_forbidden",
  "merge_forbidden",
  "project_forbidden",
  "project_unreachable",
  "pull_requests_forbidden",
  "sso_required",
];

/** Lists what keeps the app out just now: sources of no mapping do not count, and a right that many pairs lack is named once. */
export async function listAccessFaults(
  deps: FunctionDeps,
  sources: ReadonlyMap<string, SourceState>,
  failed: readonly FailedPair[],
): Promise<readonly AccessFault[]> {
  const used = usedSources(deps);
  const secrets = (await deps.secretFaults()).map(({ secret, code, reason }): AccessFault => ({
    service: "vault",
    about: secret,
    code: `secret_${code}`,
    reason,
    remedy: "Do what the reason says; it is read again by itself.",
    since: null,
  }));
  const troubled = [...sources].flatMap(([key, { trouble }]): readonly AccessFault[] => {
    if (!trouble || !used.has(key)) return [];
    const { service, code, reason, since } = trouble;
    const remedy = service === "github" ? toRemedy(trouble) : toNotionRemedy(trouble);
    return [{ service, about: key.slice(key.indexOf(":") + 1), code, reason, remedy, since }];
  });
  const told = new Set(troubled.map(({ code }) => code));
  const lacking = new Map<string, AccessFault>();
  for (const { mapping, code, reason, remedy, since } of failed) {
    if (!RIGHTS.includes(code) || told.has(code)) continue;
    const known = lacking.get(`${mapping} ${code}`);
    const earliest = known?.since && known.since < since ? known.since : since;
    lacking.set(`${mapping} ${code}`, {
      service: "github",
      about: mapping,
      code,
      reason: reason ?? "",
      remedy: remedy ?? "",
      since: earliest,
    });
  }
  return [...secrets, ...troubled, ...lacking.values()];
}

function usedSources({ mappings }: FunctionDeps): ReadonlySet<string> {
  return new Set(
    mappings.flatMap((mapping) => [notionSourceKey(mapping), ...listRepositories(mapping).map(repositorySourceKey)]),
  );
}
