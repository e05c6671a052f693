import type { ItemIdentity } from "./model.ts";

/** What the "GitHub" property names. */
export interface Reference {
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
}

const REFERENCE = /^([\w.-]+\/[\w.-]+)#([1-9]\d{0,8})(?!\w)/; // GitHub answers an error to a number beyond 32 bits

/** Reads `owner/name#12`, also with something after it; `undefined` for any other text. */
export function parseReference(text: string | null): Reference | undefined {
  const match = REFERENCE.exec((text ?? "").trim());
  if (!match?.[1] || !match[2]) return undefined;
  return { repository: match[1], number: Number(match[2]) };
}

type Named = Pick<ItemIdentity, "repository" | "number">;

/** Writes `owner/name#12`, with the pull request that hangs on it after it: `owner/name#12 · PR #15`. */
export function formatReference(item: Named, companion?: Named): string {
  const name = `${item.repository}#${item.number}`;
  return companion ? `${name} · PR #${companion.number}` : name;
}

/** Tells whether a property's text names this item and its companion. */
export function isSameReference(text: string | null, item: Named, companion?: Named): boolean {
  return (text ?? "").trim() === formatReference(item, companion);
}
