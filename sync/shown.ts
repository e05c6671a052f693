import type { Link, Shown } from "./model.ts";

const MOST = 8; // hints; one that came after so many is looked at, whatever it showed

/**
 * Tells whether hints showed nothing but what the link knows: the item as it is, or as it was for a moment between our own writes.
 *
 * @remarks A state that was passed through is known up to the time of the last of those writes: later, somebody brought it back.
 *   Times are of whole seconds, so only deliveries are taken at their word; what a list shows is looked at.
 */
export function isKnown(link: Pick<Link, "seen" | "stamp"> | undefined, shows: readonly Shown[] | undefined): boolean {
  // While an attempt writes, what is known is about to be another.
  if (!link?.seen || link.stamp || !shows || shows.length === 0) return false;
  const { item, companion, place, passed } = link.seen;
  const isPassed = ({ print, at }: Shown): boolean =>
    at !== undefined && passed !== undefined && at <= passed.at && passed.prints.includes(print);
  return shows.every(
    (shown) => shown.print === item || shown.print === companion || place?.includes(shown.print) === true || isPassed(shown),
  );
}

/** What all hints since a change was stored showed; `undefined`: one of them showed nothing, or they were too many. */
export function mergeShown(
  before: readonly Shown[] | undefined,
  hint: readonly Shown[] | undefined,
): readonly Shown[] | undefined {
  if (!before || !hint) return undefined;
  const isNew = ({ print, at }: Shown): boolean => !before.some((other) => other.print === print && other.at === at);
  const merged = [...before, ...hint.filter(isNew)];
  return merged.length > MOST ? undefined : merged;
}
