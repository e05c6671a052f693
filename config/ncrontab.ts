import { quote } from "./wording.ts";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names for the numbers from `from` on. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "second", from: 0, to: 59 },
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day", from: 1, to: 31 },
  {
    name: "month",
    from: 1,
    to: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of week", from: 0, to: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/**
 * Finds what the platform's timer would refuse in a schedule.
 *
 * @returns One sentence, or `undefined` when it is right.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function findScheduleFault(expression: string): string | undefined {
  const parts = expression.split(/\s+/);
  if (parts.length !== FIELDS.length) return `it has ${parts.length} fields instead of ${FIELDS.length}.`;
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? "";
    if (!part.split(",").every((entry) => isEntry(entry, field))) {
      return `${quote(part)} does not fit the field {${field.name}} (${field.from} to ${field.to}).`;
    }
  }
  return undefined;
}

/** A star, a number or a range, each possibly with a step. */
function isEntry(entry: string, field: Field): boolean {
  const [span = "", step, ...more] = entry.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (span === "*") return true;
  const [first = "", last, ...rest] = span.split("-");
  if (rest.length > 0) return false;
  const from = numberOf(first, field);
  const to = last === undefined ? from : numberOf(last, field);
  return from !== undefined && to !== undefined && from <= to;
}

function numberOf(word: string, field: Field): number | undefined {
  if (/^\d{1,2}$/.test(word)) return Number(word) >= field.from && Number(word) <= field.to ? Number(word) : undefined;
  // Names may be written out, as in "January".
  const index = /^[a-z]{3,}$/i.test(word) ? (field.names ?? []).indexOf(word.slice(0, 3).toLowerCase()) : -1;
  return index < 0 ? undefined : field.from + index;
}
