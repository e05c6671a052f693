import type { Mapping } from "../sync/mapping.ts";
import { checkNames } from "./mapping-names.ts";
import { checkMapping } from "./mapping-rules.ts";
import { toMapping } from "./mapping.ts";
import { formatPath } from "./path.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Finding } from "./rule.ts";
import { salvage } from "./salvage.ts";
import type { WrittenConfig } from "./schema.ts";
import { checkStructure } from "./structure.ts";

export { parseSettings, type Settings } from "./settings.ts";
export type { ConfigProblem } from "./problem.ts";

/** The mapping file after defaults are filled in. */
export interface Config {
  /** In the order of the file: a page or item belongs to the first that matches. */
  readonly mappings: readonly Mapping[];
}

/** A value that is right, or everything that is wrong with it. */
export type ParsedConfig = { readonly config: Config } | { readonly problems: readonly ConfigProblem[] };

/**
 * Holds the mapping file against the schema and the rules, and normalises it.
 *
 * @param written Plain JSON.
 * @param path Name of the file, for the problems' paths.
 * @returns The configuration, or all problems at once, those of one mapping together.
 */
export function parseConfig(written: unknown, path: string): ParsedConfig {
  const structure = checkStructure(written);
  const findings: Finding[] = "findings" in structure ? [...structure.findings] : [];
  const draft = salvage<WrittenConfig>(written, "faulty" in structure ? structure.faulty : []);
  if (draft !== undefined) {
    for (const [index, mapping] of (draft.mappings ?? []).entries()) {
      if (mapping === undefined) continue;
      checkMapping(mapping, (at, reason, fix) => findings.push({ path: ["mappings", index, ...at], reason, fix }));
    }
    checkNames(draft, (at, reason, fix) => findings.push({ path: at, reason, fix }));
  }
  if ("config" in structure && findings.length === 0) return { config: { mappings: structure.config.mappings.map(toMapping) } };
  const inOrder = findings.toSorted((a, b) => positionOf(a) - positionOf(b));
  return { problems: inOrder.map((finding) => ({ ...finding, path: formatPath(path, finding.path, written) })) };
}

function positionOf(finding: Finding): number {
  const index = finding.path[1];
  return typeof index === "number" ? index : -1;
}
