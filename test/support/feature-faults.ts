// What is not as a person left it: lost, doubled, or still to come.
import type { ExpectedPage } from "./feature-board.ts";
import { countIn, isDetached, itemsOf, labelsOf, showItem } from "./item-shown.ts";
import type { World } from "./world.ts";

const REGION = "<!-- notion-sync:begin -->";

/** How many there are of what could be made twice. */
export interface Counts {
  readonly issues: number;
  readonly pullRequests: number;
  readonly labels: number;
}

/** What is not as it must be, page by page. */
export function faultsOf(world: World, expected: readonly ExpectedPage[]): readonly string[] {
  return expected.flatMap((page) => faultsOfPage(world, page));
}

/** Whether there are no faults; asked often, so that it ends with the first one. */
export function isFaultless(world: World, expected: readonly ExpectedPage[]): boolean {
  return expected.every((page) => faultsOfPage(world, page).length === 0);
}

function faultsOfPage(world: World, { pageId, text, isDetached: detached, ...wanted }: ExpectedPage): readonly string[] {
  const shown = showItem(world, pageId);
  if (!shown) return [`"${wanted.title}" has no item`];
  const itemTitle = detached ? shown.itemTitle : wanted.title;
  const all: Readonly<Record<string, unknown>> = { ...wanted, itemTitle, counts: countsOf(shown.counts, wanted) };
  const faults = Object.entries(all).flatMap(([key, value]) => {
    const seen: unknown = Object.entries(shown).find(([name]) => name === key)?.[1];
    return sorted(seen) === sorted(value) ? [] : [`"${wanted.title}": ${key} is ${sorted(seen)}, not ${sorted(value)}`];
  });
  if (detached && !isDetached(world, pageId)) faults.push(`"${wanted.title}" is still linked`);
  if (countIn(shown.body, "notion-sync:v1") !== 1) faults.push(`"${wanted.title}" has not one marker`);
  if (countIn(shown.body, REGION) > 1) faults.push(`"${wanted.title}" has two regions`);
  if (text !== undefined && (countIn(shown.body, text) !== 1 || countIn(shown.body, REGION) !== 1))
    faults.push(`"${wanted.title}" does not have its text once`);
  if (!detached && !/^acme\/widgets#\d+( · PR #\d+)?$/.test(shown.reference))
    faults.push(`"${wanted.title}" names "${shown.reference}"`);
  return faults;
}

function countsOf(seen: { readonly issues: number }, { companion }: Omit<ExpectedPage, "pageId" | "text" | "isDetached">) {
  const isIssue = seen.issues > 0;
  return { issues: isIssue ? 1 : 0, pullRequests: !isIssue || companion ? 1 : 0, places: 1 };
}

function sorted(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))));
}

/** Counts everything that could be there twice. */
export function countAll(world: World): Counts {
  const items = itemsOf(world);
  const issues = items.filter(({ __typename }) => __typename === "Issue").length;
  return { issues, pullRequests: items.length - issues, labels: labelsOf(world).length };
}
