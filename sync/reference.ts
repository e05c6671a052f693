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

/** Writes `owner/name#12`. */
export function formatReference(item: Pick<ItemIdentity, "repository" | "number">): string {
  return `${item.repository}#${item.number}`;
}

/** Tells whether a property's text names this item. */
export function isSameReference(text: string | null, item: Pick<ItemIdentity, "repository" | "number">): boolean {
  return (text ?? "").trim() === formatReference(item);
}
