import type { Path } from "./path.ts";
import type { Finding } from "./rule.ts";
import { unpack } from "./schema-parts.ts";
import { WrittenConfig } from "./schema.ts";
import { choices, nearest, quote } from "./wording.ts";

/** What the schema says about a file: the value when all is well, else every finding and the paths to cut out. */
export type Structure =
  { readonly config: WrittenConfig } | { readonly findings: readonly Finding[]; readonly faulty: readonly Path[] };

/** Holds what was written against the schema. */
export function checkStructure(written: unknown): Structure {
  const result = WrittenConfig.safeParse(written);
  if (result.success) return { config: result.data };
  const findings: Finding[] = [];
  const faulty: Path[] = [];
  for (const issue of result.error.issues) {
    if (issue.code !== "unrecognized_keys") {
      findings.push({ path: issue.path, ...unpack(issue.message) });
      faulty.push(issue.path);
      continue;
    }
    for (const key of issue.keys) {
      findings.push({ path: [...issue.path, key], ...unknownKey(key, issue.message.split("\n")) });
      faulty.push([...issue.path, key]);
    }
  }
  return { findings, faulty };
}

function unknownKey(key: string, known: readonly string[]): { readonly reason: string; readonly fix: string } {
  const meant = nearest(key, known);
  return {
    reason: `${quote(key)} is not a key that is known here.`,
    fix: meant === undefined ? `Remove it, or use ${choices(known)}.` : `Did you mean ${quote(meant)}?`,
  };
}
