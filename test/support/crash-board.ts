// What happens on the boards while the host is killed: 3 creates, 5 title updates, 2 closes; and what must be true in the end.
import { expect } from "vitest";
import { createRandom } from "../../local/host/moods.ts";
import type { Random } from "../../local/host/moods.ts";
import type { Issue } from "../../local/github-api/model.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { textOf } from "./property-text.ts";
import type { World } from "./world.ts";

const UPDATES = 5;
const CLOSES = 2;
const CREATES = 3;
const LONGEST_GAP_MS = 300; // ms between two edits of the person
const STAMP_HELD_MS = 60_000; // ms; a killed attempt holds its pairs for 40 s
const MARKER = /<!-- notion-sync:v1 page=([0-9a-f]{32}) /;

/** What a board needs of a world. */
export type BoardWorld = Pick<
  World,
  "notion" | "github" | "person" | "memory" | "deliveries" | "redeliver" | "advance" | "until" | "settled" | "call"
>;

/** One page as it must be in the end, and its issue with it. */
export interface Expected {
  readonly pageId: string;
  readonly title: string;
  readonly status: string;
}

export interface Board {
  /** The pages that have their issues before it begins. */
  readonly pageIds: readonly string[];
  /** How many issues there are that no page has. */
  readonly strangers: number;
}

/** Makes the pages that are updated and closed later, and waits until each has its issue. */
export async function prepareBoard(world: BoardWorld): Promise<Board> {
  const strangers = issuesOf(world).length;
  const pageIds: string[] = [];
  for (let n = 1; n <= UPDATES + CLOSES; n += 1) {
    pageIds.push(await world.person.createPage({ title: `Task ${n}`, status: "Ready" }));
  }
  const expected = pageIds.map((pageId, index) => ({ pageId, title: `Task ${index + 1}`, status: "Ready" }));
  await world.until(() => expected.every((page) => isInStep(world, page)), 10 * 60_000);
  await world.settled();
  return { pageIds, strangers };
}

/** Lets a person make all edits in a seeded order and pace; returns what must come of them. */
export async function editBoard(world: BoardWorld, board: Board, seed: number): Promise<readonly Expected[]> {
  const random = createRandom(seed);
  const expected: Expected[] = [];
  const edits: (() => Promise<void>)[] = board.pageIds.map((pageId, index) => async () => {
    if (index < UPDATES) {
      expected.push({ pageId, title: `Task ${index + 1}, renamed`, status: "Ready" });
      await world.person.setTitle(pageId, `Task ${index + 1}, renamed`);
    } else {
      expected.push({ pageId, title: `Task ${index + 1}`, status: "Done" });
      await world.person.setStatus(pageId, "Done");
    }
  });
  for (let n = 1; n <= CREATES; n += 1) {
    edits.push(async () => {
      const pageId = await world.person.createPage({ title: `New ${n}`, status: "In Progress" });
      expected.push({ pageId, title: `New ${n}`, status: "In Progress" });
    });
  }
  for (const edit of shuffled(edits, random)) {
    await edit();
    await world.advance(Math.floor(random() * LONGEST_GAP_MS));
  }
  return expected;
}

/** Whether a page and its one issue say what they must. Looks behind the APIs, so that no request is counted. */
export function isInStep(world: BoardWorld, { pageId, title, status }: Expected): boolean {
  const page = world.notion.listPages(DEMO_DATA_SOURCE_ID).find((candidate) => candidate.id === pageId);
  const [issue] = issuesOfPage(world, pageId);
  if (!page || !issue) return false;
  const isClosed = status === "Done";
  return (
    textOf(page.properties["Name"]) === title &&
    textOf(page.properties["Status"]) === status &&
    textOf(page.properties["GitHub"]) === `acme/widgets#${issue.number}` &&
    issue.title === title &&
    issue.state === (isClosed ? "CLOSED" : "OPEN") &&
    (!isClosed || issue.stateReason === "COMPLETED")
  );
}

/** Asserts that nothing was lost, doubled or left behind, and that everything is quiet from now on. */
export async function expectConverged(
  world: BoardWorld,
  board: Board,
  expected: readonly Expected[],
  tick: () => Promise<void> = () => world.advance(60_000),
): Promise<void> {
  // A killed attempt holds its pairs for a while, though both sides agree already.
  await world.until(async () => (await pendingChanges(world)) === 0, STAMP_HELD_MS);
  await world.settled();
  expect(expected.filter((page) => !isInStep(world, page))).toEqual([]);
  expectNoDoubles(world, board, expected);
  await expectNothingOpen(world);
  await expectQuiet(world, tick);
  expect(expected.filter((page) => !isInStep(world, page))).toEqual([]);
  expectNoDoubles(world, board, expected);
}

function expectNoDoubles(world: BoardWorld, board: Board, expected: readonly Expected[]): void {
  const issues = issuesOf(world);
  expect(expected.map(({ pageId }) => issuesOfPage(world, pageId).length)).toEqual(expected.map(() => 1));
  expect(expected.map(({ title }) => issues.filter((issue) => issue.title === title).length)).toEqual(expected.map(() => 1));
  expect(issues).toHaveLength(board.strangers + expected.length);
}

async function pendingChanges(world: BoardWorld): Promise<number> {
  const { body } = await world.call("GET", "status");
  const { mappings } = body as { readonly mappings: readonly { readonly pendingChanges: number }[] };
  return mappings.reduce((sum, mapping) => sum + mapping.pendingChanges, 0);
}

async function expectNothingOpen(world: BoardWorld): Promise<void> {
  // In real time a tick may begin in this very moment, and looks whether there is anything to do.
  let body: unknown;
  await world.until(async () => {
    ({ body } = await world.call("GET", "status"));
    return (body as { readonly idle: boolean }).idle;
  }, STAMP_HELD_MS);
  expect(body).toMatchObject({ failures: [], conflicts: [], holds: [], mappings: [{ pendingChanges: 0 }] });
  const rows = world.memory?.dump() ?? [];
  const links = rows.filter(({ rowKey }) => rowKey.startsWith("page")).map((row) => JSON.stringify(row));
  expect(links.filter((link) => link.includes("reserved"))).toEqual([]);
}

/** 5 more ticks, and every delivery once more: 0 writes on both sides. */
async function expectQuiet(world: BoardWorld, tick: () => Promise<void>): Promise<void> {
  world.notion.clearJournal();
  world.github.clearJournal();
  await Promise.all(world.deliveries.map((delivery) => world.redeliver(delivery)));
  for (let ticks = 0; ticks < 5; ticks += 1) {
    await tick();
    await world.settled();
  }
  const writes = [...world.notion.journal().requests, ...world.github.journal().requests].filter(({ write }) => write);
  expect(writes).toEqual([]);
}

function issuesOf(world: BoardWorld): readonly Issue[] {
  return world.github.store.nodes().filter((node): node is Issue => node.__typename === "Issue");
}

/** The issues whose marker names a page. */
export function issuesOfPage(world: BoardWorld, pageId: string): readonly Issue[] {
  const hex = pageId.replaceAll("-", "");
  return issuesOf(world).filter((issue) => MARKER.exec(issue.body)?.[1] === hex);
}

/** In a seeded order. */
export function shuffled<T>(all: readonly T[], random: Random): readonly T[] {
  return all
    .map((value) => ({ value, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ value }) => value);
}
