import { toRemedy } from "../github/remedy.ts";
import { toNotionRemedy } from "../notion/remedy.ts";
import type { SourceState } from "../storage/sources.ts";
import type { FunctionDeps } from "./deps.ts";

/** What keeps the app out: a secret that it cannot have, or a source that it cannot read. */
export interface AccessFault {
  readonly service: "notion" | "github" | "vault";
  /** The name of the secret, the id of the data source, or the repository. */
  readonly about: string;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
  /** ISO-8601 UTC; `null`: found just now. */
  readonly since: string | null;
}

/** Lists what keeps the app out just now; sources of no mapping do not count. */
export async function listAccessFaults(
  deps: FunctionDeps,
  sources: ReadonlyMap<string, SourceState>,
  used: ReadonlySet<string>,
): Promise<readonly AccessFault[]> {
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
  return [...secrets, ...troubled];
}
