// What must hold of both boards when all trouble is over and everything was looked at.
import { FIELD_NAMES, isSame, itemOf, itemsSeen, pagesSeen } from "./board-seen.ts";
import type { FieldName, ItemSeen, PageSeen } from "./board-seen.ts";
import { nameOf } from "./random-day.ts";
import type { Day } from "./random-day.ts";
import { lostEdit } from "./wanted.ts";

/** What `GET /api/status` says of pairs. */
export interface StatusShown {
  readonly idle: boolean;
  readonly mappings: readonly { readonly pendingChanges: number; readonly paused: boolean }[];
  readonly conflicts: readonly ShownPair[];
  readonly failures: readonly ShownPair[];
  readonly holds: readonly { readonly id: string; readonly pageIds: readonly string[] }[];
  readonly notes: readonly ShownPair[];
  readonly access: unknown;
}

interface ShownPair {
  readonly pageId: string;
  readonly code: string;
  readonly reason: string | null;
  readonly conflicts?: readonly {
    readonly field: string;
    readonly page: unknown;
    readonly item: unknown;
    readonly taken: string | null;
  }[];
}

/** Fields that go to GitHub only. */
const ONE_WAY: readonly string[] = ["assignees"];
const COLUMNS: Readonly<Record<string, string>> = { Ready: "Todo", "In Progress": "In Progress", Done: "Done" };

/** Everything that is not as it must be, as sentences. */
export function findWrongs(day: Day, status: StatusShown): readonly string[] {
  const items = itemsSeen(day.world);
  const pages = pagesSeen(day.world);
  return [
    ...wrongIdentities(day, pages, items),
    ...pages.filter(({ inTrash }) => !inTrash).flatMap((page) => wrongPair(day, page, itemOf(page, items), status)),
    ...wrongStatus(day, status, pages),
  ];
}

/** At most one item for a page and one page for an item, and nothing that nobody asked for. */
function wrongIdentities(day: Day, pages: readonly PageSeen[], items: readonly ItemSeen[]): readonly string[] {
  const wrongs: string[] = [];
  const byMarker = new Map<string, ItemSeen[]>();
  for (const item of items) {
    for (const marker of new Set(item.markers))
      byMarker.set(`${item.kind} ${marker}`, [...(byMarker.get(`${item.kind} ${marker}`) ?? []), item]);
    if (item.markers.length > 1) wrongs.push(`${item.name} has ${item.markers.length} markers`);
    if (item.markers.length === 0 && !day.strangers.has(item.id)) wrongs.push(`${item.name} has no marker, and nobody made it`);
    if (item.places.length > 1) wrongs.push(`${item.name} is ${item.places.length} times in the project`);
    const asker = pages.find(({ id }) => id.replaceAll("-", "") === item.markers[0]);
    if (item.markers.length > 0 && !(asker && day.asked.has(asker.id)))
      wrongs.push(`${item.name} was made, and nobody asked for it`);
  }
  for (const [marker, list] of byMarker)
    if (list.length > 1) wrongs.push(`${list.map(({ name }) => name).join(", ")} carry one marker, ${marker}`);
  const byItem = new Map<string, PageSeen[]>();
  for (const page of pages.filter(({ inTrash }) => !inTrash)) {
    const item = itemOf(page, items);
    if (item) byItem.set(item.name, [...(byItem.get(item.name) ?? []), page]);
  }
  for (const [item, list] of byItem) if (list.length > 1) wrongs.push(`${item} is named by ${list.map(nameOf).join(" and ")}`);
  return wrongs;
}

/** Both sides agree, or somebody is told why not; and no edit is lost. */
function wrongPair(day: Day, page: PageSeen, item: ItemSeen | undefined, status: StatusShown): readonly string[] {
  const isTold = isExplained(page, status);
  if (!item) {
    const isMissing = page.reference === "" && (page.status === "Ready" || page.status === "In Progress");
    return isMissing && !isTold ? [`${nameOf(page)} is ${String(page.status)} and has no item, and nobody is told why`] : [];
  }
  const fields = (Object.keys(FIELD_NAMES) as FieldName[]).filter((field) => item.kind === "issue" || field !== "type");
  const clash = (field: string) =>
    status.conflicts.some(
      ({ pageId, conflicts }) => pageId === page.id && conflicts?.some((conflict) => conflict.field === field),
    );
  const wrongs = fields.flatMap((field) => {
    const [onPage, onItem] = [page.fields[field], item.fields[field]];
    if (!ONE_WAY.includes(field) && !isSame(onPage, onItem)) {
      const isWaiting = status.conflicts.some(
        ({ pageId, conflicts }) =>
          pageId === page.id && conflicts?.some((conflict) => conflict.field === field && conflict.taken === null),
      );
      if (!isTold && !isWaiting)
        return [`${field} is ${JSON.stringify(onPage)} in Notion and ${JSON.stringify(onItem)} on GitHub`];
      return [];
    }
    if (day.wanted.isMuddled(page.id) || ONE_WAY.includes(field)) return [];
    const lost = lostEdit(day.wanted.of(page.id, field), page, item, field);
    return lost && !clash(field) ? [lost] : [];
  });
  const state = wrongState(day, page, item);
  if (state && !isTold && !clash("status")) wrongs.push(state);
  return wrongs.map((wrong) => `${nameOf(page)}: ${wrong}`);
}

/** The status agrees with what the item is, and is what the only board that touched it made of it. */
function wrongState(day: Day, page: PageSeen, item: ItemSeen): string | undefined {
  const isClosed = page.status === "Done" || page.status === "Won't do";
  const reason = page.status === "Done" ? "COMPLETED" : "NOT_PLANNED";
  const shown = `the status is ${page.status ?? "empty"}, the issue ${item.state} ${item.reason ?? ""}, its column ${item.column ?? "empty"}`;
  if (item.kind === "issue" && (isClosed ? item.state !== "CLOSED" || item.reason !== reason : item.state !== "OPEN"))
    return shown;
  if (day.wanted.isMuddled(page.id)) return undefined;
  const wishes = day.wanted.of(page.id, "status");
  const boards = new Set(wishes.map(({ board }) => board));
  const last = String(wishes.at(-1)?.value ?? "");
  if (boards.size !== 1) return undefined;
  if (boards.has("notion")) return page.status === last ? undefined : `${shown}, wanted ${last}`;
  const areColumns = new Set(wishes.map(({ value }) => String(value).startsWith("column ")));
  if (areColumns.size !== 1) return undefined;
  if (!areColumns.has(true))
    return `${item.state} ${item.state === "CLOSED" ? item.reason : ""}`.trim() === last ? undefined : `${shown}, wanted ${last}`;
  const column = last.slice("column ".length);
  return item.column === column && COLUMNS[page.status ?? ""] === column ? undefined : `${shown}, wanted ${last}`;
}

function isExplained(page: PageSeen, status: StatusShown): boolean {
  const isNamed = (list: readonly { readonly pageId: string }[]): boolean => list.some(({ pageId }) => pageId === page.id);
  return page.notice !== "" || isNamed(status.failures) || status.holds.some(({ pageIds }) => pageIds.includes(page.id));
}

/** Nothing is under way, and nothing fails or is held without a cause. */
function wrongStatus(day: Day, status: StatusShown, pages: readonly PageSeen[]): readonly string[] {
  const wrongs: string[] = [];
  if (!status.idle) wrongs.push("status is not idle");
  for (const { pageId, code, reason } of status.failures) {
    const page = pages.find(({ id }) => id === pageId);
    if (!day.impossible.has(pageId))
      wrongs.push(`${page ? nameOf(page) : pageId} fails without a cause: ${code}, ${reason ?? ""}`);
  }
  for (const page of pages) {
    const isNamed = status.failures.some(({ pageId }) => pageId === page.id);
    if (
      page.notice !== "" &&
      !page.inTrash &&
      !isNamed &&
      !isExplained({ ...page, notice: "" }, status) &&
      !day.impossible.has(page.id)
    )
      wrongs.push(`${nameOf(page)} says "${page.notice}", and status does not`);
  }
  for (const { id } of status.holds) wrongs.push(`"${id}" is held`);
  return wrongs;
}
