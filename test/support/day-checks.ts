// What must hold of both boards when all trouble is over and everything was looked at.
import { FIELD_NAMES, isSame, itemOf, itemsSeen, pagesSeen, parentOf } from "./board-seen.ts";
import type { FieldName, ItemSeen, PageSeen } from "./board-seen.ts";
import { causesOf, isStopped } from "./day-causes.ts";
import type { Cause, PairFound } from "./day-causes.ts";
import { countIn } from "./item-shown.ts";
import { nameOf } from "./random-day.ts";
import type { Day } from "./random-day.ts";
import { wrongState } from "./status-checks.ts";
import { lostEdit } from "./wanted.ts";

/** What `GET /api/status` says of pairs. */
export interface StatusShown {
  readonly idle: boolean;
  readonly conflicts: readonly ShownPair[];
  /** What waits is among them. */
  readonly failures: readonly ShownPair[];
  readonly holds: readonly { readonly id: string }[];
}

interface ShownPair {
  readonly pageId: string;
  readonly code: string;
  readonly reason: string | null;
  readonly conflicts?: readonly { readonly field: string; readonly taken: string | null }[];
}

/** Fields that go to GitHub only. */
const ONE_WAY: readonly string[] = ["assignees"];

/** Everything that is not as it must be, as sentences. */
export function findWrongs(day: Day, status: StatusShown): readonly string[] {
  const items = itemsSeen(day.world);
  const pages = pagesSeen(day.world);
  const alive = pages.filter(({ inTrash }) => !inTrash);
  const causes = new Map(alive.map((page) => [page.id, causesOf(day, page, itemOf(page, items), pages, items)]));
  return [
    ...wrongIdentities(day, pages, items),
    ...alive.flatMap((page) => {
      const item = itemOf(page, items);
      const known = causes.get(page.id) ?? [];
      if (!item) return wrongAlone(page, known);
      const pair = { page, item, causes: known, clashes: clashesOf(status, page) };
      const wrongs = [...wrongFields(day, pair), ...wrongBody(day, pair), ...wrongParent(day, pair, pages, items)];
      return [...wrongs, ...wrongState(day, pair)].map((wrong) => `${nameOf(page)}: ${wrong}`);
    }),
    ...wrongStatus(status, pages, causes),
  ];
}

/** At most one item for a page and one page for an item, and nothing made or merged that nobody asked for. */
function wrongIdentities(day: Day, pages: readonly PageSeen[], items: readonly ItemSeen[]): readonly string[] {
  const wrongs: string[] = [];
  for (const item of items) {
    const asker = pages.find(({ id }) => id.replaceAll("-", "") === item.markers[0]);
    const isAsked =
      asker && (item.kind === "issue" ? day.asked.has(asker.id) : day.named.get(asker.id)?.has(item.headRefName ?? ""));
    if (item.markers.length > 1) wrongs.push(`${item.name} has ${item.markers.length} markers`);
    if (item.markers.length === 0 && !day.strangers.has(item.id)) wrongs.push(`${item.name} has no marker, and nobody made it`);
    if (item.places.length > 1) wrongs.push(`${item.name} is ${item.places.length} times in the project`);
    if (item.markers.length > 0 && !isAsked) wrongs.push(`${item.name} was made, and nobody asked for it`);
    if (item.state === "MERGED" && !day.mergedByPeople.has(item.id)) {
      const mayMerge = pages.some(({ id }) => day.askedToMerge.has(id) && day.named.get(id)?.has(item.headRefName ?? ""));
      if (!mayMerge) wrongs.push(`${item.name} was merged, and nobody asked for it`);
    }
  }
  // A page whose issue was deleted may have had another one made.
  const issues = items.filter(({ kind }) => kind === "issue");
  wrongs.push(
    ...doubles(
      issues,
      ({ markers }) => markers[0],
      ({ name }) => name,
      "carry one marker",
    ),
  );
  const open = items.filter(({ kind, state }) => kind === "pullRequest" && state === "OPEN");
  wrongs.push(
    ...doubles(
      open,
      ({ headRefName }) => headRefName ?? undefined,
      ({ name }) => name,
      "are of one branch",
    ),
  );
  const alive = pages.filter(({ inTrash }) => !inTrash);
  wrongs.push(...doubles(alive, (page) => itemOf(page, items)?.name, nameOf, "name one item"));
  return wrongs;
}

function doubles<T>(
  list: readonly T[],
  keyOf: (value: T) => string | undefined,
  toName: (value: T) => string,
  what: string,
): readonly string[] {
  const groups = new Map<string, T[]>();
  for (const value of list) {
    const key = keyOf(value);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()].filter(({ length }) => length > 1).map((group) => `${group.map(toName).join(" and ")} ${what}`);
}

function wrongAlone(page: PageSeen, causes: readonly Cause[]): readonly string[] {
  const isMissing = page.status === "Ready" || page.status === "In Progress";
  return isMissing && !isStopped(causes, "*") ? [`${nameOf(page)} is ${page.status} and has no item`] : [];
}

/** Both sides agree, or somebody is told why not; and no edit is lost. */
function wrongFields(day: Day, { page, item, causes, clashes }: PairFound): readonly string[] {
  const fields = (Object.keys(FIELD_NAMES) as FieldName[]).filter((field) => item.kind === "issue" || field !== "type");
  return fields.flatMap((field) => {
    if (isStopped(causes, field)) return [];
    const [onPage, onItem] = [page.fields[field], item.fields[field]];
    if (!ONE_WAY.includes(field) && !isSame(onPage, onItem)) {
      if (clashes.get(field) === null) return [];
      return [`${field} is ${JSON.stringify(onPage)} in Notion and ${JSON.stringify(onItem)} on GitHub`];
    }
    const wishes = day.wanted.of(page.id, field);
    if (day.wanted.isMuddled(page.id)) return [];
    if (ONE_WAY.includes(field) && wishes.some(({ board }) => board === "github")) return [];
    const lost = lostEdit(wishes, page, item, field);
    return lost !== undefined && !clashes.has(field) ? [lost] : [];
  });
}

/** What was written on the page stands in the issue once; what people wrote around it is there if they were alone. */
function wrongBody(day: Day, { page, item }: PairFound): readonly string[] {
  const wishes = day.wanted.of(page.id, "body");
  if (day.wanted.isMuddled(page.id) || day.strangers.has(item.id)) return [];
  const boards = new Set(wishes.map(({ board }) => board));
  return wishes.flatMap(({ board, value }) => {
    const count = countIn(item.body, String(value));
    const isWanted = board === "notion" ? day.rules.body === "toGithub" : boards.size === 1;
    return isWanted && count !== 1 ? [`"${String(value)}" stands ${count} times in the text of ${item.name}`] : [];
  });
}

function wrongParent(
  day: Day,
  { page, item, causes, clashes }: PairFound,
  pages: readonly PageSeen[],
  items: readonly ItemSeen[],
): readonly string[] {
  if (item.kind !== "issue" || day.wanted.isMuddled(page.id) || isStopped(causes, "parent") || clashes.has("parent")) return [];
  const above = pages.find(({ id }) => id === parentOf(page));
  const wanted = above ? itemOf(above, items)?.id : null;
  return wanted === item.parentId ? [] : [`its parent is ${String(item.parentId)}, wanted ${String(wanted)}`];
}

function clashesOf(status: StatusShown, page: PageSeen): ReadonlyMap<string, string | null> {
  const shown = status.conflicts.filter(({ pageId }) => pageId === page.id).flatMap(({ conflicts }) => conflicts ?? []);
  return new Map(shown.map(({ field, taken }) => [field, taken]));
}

/** Nothing is under way, and nothing fails, waits or is held without a cause. */
function wrongStatus(
  status: StatusShown,
  pages: readonly PageSeen[],
  causes: ReadonlyMap<string, readonly Cause[]>,
): readonly string[] {
  const wrongs = status.holds.map(({ id }) => `"${id}" is held`);
  if (!status.idle) wrongs.push("status is not idle");
  for (const { pageId, code, reason } of status.failures) {
    const page = pages.find(({ id }) => id === pageId);
    const isCaused = causes.get(pageId)?.some(({ codes }) => codes.includes(code)) === true;
    if (!isCaused) wrongs.push(`${page ? nameOf(page) : pageId} fails without a cause: ${code}, ${reason ?? ""}`);
  }
  for (const page of pages.filter(({ inTrash }) => !inTrash)) {
    const isNamed = status.failures.some(({ pageId }) => pageId === page.id);
    if (page.notice !== "" && !isNamed) wrongs.push(`${nameOf(page)} says "${page.notice}", and status does not`);
  }
  return wrongs;
}
