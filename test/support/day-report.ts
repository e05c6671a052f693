// What is told of a random day beside what is wrong.
import type { LogEntry } from "../../local/host/host.ts";
import { itemsSeen, pagesSeen } from "./board-seen.ts";
import type { StatusShown } from "./day-checks.ts";
import type { Day } from "./random-day.ts";
import type { World } from "./world.ts";

/** How many there are of everything, and what status says, for the log of a day. */
export function describeBoards({ world }: Day, { failures, conflicts }: StatusShown): string {
  const [pages, items] = [pagesSeen(world), itemsSeen(world)];
  const counts = {
    pages: pages.length,
    trashed: pages.filter(({ inTrash }) => inTrash).length,
    linked: pages.filter(({ reference }) => reference !== "").length,
    companions: pages.filter(({ reference }) => reference.includes("PR")).length,
    issues: items.filter(({ kind }) => kind === "issue").length,
    pulls: items.filter(({ kind, markers }) => kind === "pullRequest" && markers.length > 0).length,
    merged: items.filter(({ state }) => state === "MERGED").length,
    conflicts: conflicts.length,
  };
  return `${JSON.stringify(counts)} ${failures.map(({ code }) => code).join()}`;
}

/** What is stored of the pages that something is wrong with. */
export function rowsOf(world: World, wrongs: readonly string[]): readonly string[] {
  const named = pagesSeen(world).filter(({ id }) => wrongs.some((wrong) => wrong.includes(id.slice(-4))));
  const rows = world.memory?.dump() ?? [];
  return named.flatMap(({ id, notice }) => [
    `page ${id.slice(-4)} says "${notice}"`,
    ...rows.filter(({ rowKey }) => rowKey.includes(id)).map((row) => JSON.stringify(row)),
  ]);
}

/** What functions threw: nothing that a person or a service does may end there. */
export function complaintsOf(log: readonly LogEntry[]): readonly string[] {
  const bad = log.filter(
    ({ level, message }) => level === "error" || level === "critical" || message.startsWith("activity failed"),
  );
  return [...new Set(bad.map(({ category, message }) => `${category}: ${message.slice(0, 300)}`))];
}
