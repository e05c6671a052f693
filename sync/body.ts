import type { Mapping } from "./mapping.ts";
import type { Link } from "./model.ts";

const MINUTE_MS = 60_000; // ms; Notion rounds edit times down to it

/** Tells whether a mapping carries the text of pages to GitHub. */
export function carriesBody(mapping: Mapping): boolean {
  return mapping.body === "toGithub" || mapping.body === "both";
}

/**
 * Tells whether the text of a page need not be read again: it was read after the minute in which the page was last edited.
 *
 * @remarks A later edit within that minute leaves no trace in the page's times.
 */
export function isBodyKnown(mapping: Mapping, link: Link | undefined, editedAt: string): boolean {
  if (!carriesBody(mapping) || !link?.item || link.state !== "linked" || link.bornOnGithub) return true;
  return link.body?.editedAt === editedAt && isMinuteOver(editedAt, link.body.readAt);
}

/** Tells whether the minute of an edit was over at a time. */
export function isMinuteOver(editedAt: string, at: string): boolean {
  return Date.parse(at) >= Date.parse(editedAt) + MINUTE_MS;
}
