import { fingerprint } from "./fingerprint.ts";
import type { Mapping } from "./mapping.ts";

/** The fingerprint of what a mapping says about its pairs; names and limits say nothing about them. */
export function mappingPrint(mapping: Mapping): string {
  const { name: _name, previousName: _previousName, limits: _limits, ...rest } = mapping;
  return fingerprint(rest);
}

/**
 * Tells whether a pair was last brought into step under what the mapping said before.
 *
 * @param print Of the link; `undefined`: the pair is new.
 */
export function isOutdated(mapping: Mapping, print: string | undefined): boolean {
  return print !== undefined && print !== mappingPrint(mapping);
}
