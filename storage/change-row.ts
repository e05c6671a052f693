import type { Change, PageSnapshot, Shown, Side } from "../sync/model.ts";
import { mergeShown } from "../sync/shown.ts";
import { encodeKeyPart, toKey } from "./key.ts";
import { fromLongValue, toLongValue } from "./long-value.ts";
import type { Row, StoredRow } from "./row.ts";
import { checkSchemaVersion, SCHEMA_VERSION } from "./schema-version.ts";

/** What a new hint must know of the row that is there: enough to merge the two without reading the page. */
export const MERGE_COLUMNS = [
  "notBefore",
  "storedAt",
  "hintedAt",
  "attempts",
  "shows",
  "waitsFor",
  "planId",
  "hinted",
  "schemaVersion",
];

/** The key of a change within its mapping. */
export function toChangeKey(side: Side, id: string): string {
  return toKey("change", side, id);
}

/** Makes the row of a change; `hintedAt` is when its last hint came in. */
export function toChangeRow(change: Change, hintedAt = change.storedAt): Row {
  return {
    partitionKey: encodeKeyPart(change.mapping),
    rowKey: toChangeKey(change.side, change.id),
    schemaVersion: SCHEMA_VERSION,
    mapping: change.mapping,
    side: change.side,
    id: change.id,
    notBefore: change.notBefore,
    storedAt: change.storedAt,
    hintedAt,
    attempts: change.attempts,
    source: change.source,
    ...(change.shows && { shows: change.shows.map(({ print, at }) => (at === undefined ? print : `${print}@${at}`)).join(" ") }),
    ...(change.waitsFor !== undefined && { waitsFor: change.waitsFor }),
    ...(change.planId !== undefined && { planId: change.planId, planned: true, ...(change.hinted && { hinted: true }) }),
    ...toLongValue("page", change.page),
  };
}

/** Reads the row of a change. */
export function fromChangeRow(row: StoredRow): Change {
  checkSchemaVersion(row);
  const page = fromLongValue("page", row) as PageSnapshot | undefined;
  const shows = toShown(row["shows"]);
  return {
    mapping: String(row["mapping"]),
    side: row["side"] as Side,
    id: String(row["id"]),
    notBefore: String(row["notBefore"]),
    storedAt: String(row["storedAt"]),
    attempts: Number(row["attempts"]),
    source: row["source"] as Change["source"],
    ...(page && { page }),
    ...(shows && { shows }),
    ...(typeof row["waitsFor"] === "string" && { waitsFor: row["waitsFor"] }),
    ...(typeof row["planId"] === "string" && { planId: row["planId"] }),
    ...(row["hinted"] === true && { hinted: true }),
  };
}

/**
 * Merges a new hint into the row of a change that is not settled yet: it is due at the earlier time, keeps when it was first
 * stored and how often it failed, carries the page only if that was read after every hint so far, and what an item shows only if
 * every hint showed something. A page that is due by a plan and by a hint is due by both. What the pair waits for it waits for until
 * it is looked at: a push that comes in the middle of that look counts, too.
 */
export function mergeHint(row: StoredRow, hint: Change): Row {
  checkSchemaVersion(row);
  const hintedAt = String(row["hintedAt"]);
  const { page, shows: shown, planId = row["planId"], ...rest } = hint;
  const shows = mergeShown(toShown(row["shows"]), shown);
  const isHinted = row["planId"] === undefined || hint.planId === undefined || row["hinted"] === true;
  const merged: Change = {
    ...rest,
    notBefore: least(hint.notBefore, String(row["notBefore"])),
    storedAt: least(hint.storedAt, String(row["storedAt"])),
    attempts: Math.max(hint.attempts, Number(row["attempts"])),
    ...(page && page.readAt >= hintedAt && { page }),
    ...(shows && { shows }),
    ...(typeof row["waitsFor"] === "string" && { waitsFor: row["waitsFor"] }),
    ...(typeof planId === "string" && { planId, ...(isHinted && { hinted: true }) }),
  };
  return toChangeRow(merged, hint.storedAt > hintedAt ? hint.storedAt : hintedAt);
}

function toShown(column: unknown): readonly Shown[] | undefined {
  if (typeof column !== "string") return undefined;
  return column.split(" ").map((entry) => {
    const [print = "", at] = entry.split("@");
    return { print, ...(at !== undefined && { at }) };
  });
}

/** Times are ISO-8601 UTC of one form, so that they compare as texts. */
function least(a: string, b: string): string {
  return a < b ? a : b;
}
