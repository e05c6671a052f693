import type { Mapping } from "./mapping.ts";
import type { ItemSnapshot, PageSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";

/**
 * Condenses a JSON value to 28 hexadecimal digits, the same for the same value whatever the order of its keys.
 *
 * @remarks Tells whether something is new; it is no protection against forgery.
 */
export function fingerprint(value: unknown): string {
  const text = canonical(value);
  return [hash53(text, 1), hash53(text, 2)].map((part) => part.toString(16).padStart(14, "0")).join("");
}

/** The fingerprint of what a mapping reads of a page: equal to an earlier one means that nothing mapped has changed. */
export function pageFingerprint(page: PageSnapshot): string {
  const { status, reference, referenceText, notice, branch, repository, unmatched, fields, inTrash, dataSourceId, problems } =
    page;
  return fingerprint({
    status,
    reference,
    referenceText,
    notice,
    branch,
    repository,
    unmatched,
    fields,
    inTrash,
    dataSourceId,
    problems: problems.map((problem) => problem.code),
  });
}

/** The fingerprint of what a mapping reads of an item. */
export function itemFingerprint(item: ItemSnapshot, mapping: Mapping): string {
  const fields: Record<string, unknown> = {};
  for (const { github } of mapping.fields) if (!isReadApart(github)) fields[github] = item.fields[github] ?? null;
  const { itemId, kind, repository, number, state, reason, isDraft } = item;
  return fingerprint({ itemId, kind, repository, number, state, reason, isDraft, fields });
}

/** Lists and deliveries tell neither the parent nor what the project says. */
function isReadApart(field: string): boolean {
  return field === "parent" || isProjectField(field);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, held]) => held !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`).join(",")}}`;
  }
  return value === undefined ? "null" : JSON.stringify(value);
}

/** cyrb53: 53 bits, well spread, without a dependency. */
function hash53(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
