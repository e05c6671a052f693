// Pairs whose issue is on the board of project 1, as a person sees them.
import { readBoardIssue } from "./issue-board.ts";
import type { BoardIssue } from "./issue-board.ts";
import { cardOf } from "./project-board.ts";
import type { Card } from "./project-board.ts";
import type { World } from "./world.ts";

const FILLED = { Estimate: { number: 3 }, Sprint: { select: { name: "Sprint 1" } }, Due: { date: { start: "2026-12-24" } } };

/** A page that is "Ready" with an estimate of 3, its issue, and its card on the board. */
export interface BoardPair {
  readonly pageId: string;
  readonly card: Card;
  readonly issue: () => Promise<BoardIssue>;
  /** The value of a property: a number, the name of an option, a day. */
  readonly shown: (property: string) => Promise<unknown>;
}

/** Makes a page, and waits until its issue is on the board. */
export async function makeBoardPair(world: World, title: string): Promise<BoardPair> {
  const { person } = world;
  const pageId = await person.createPage({ title, status: "Backlog" });
  await person.setPage(pageId, { ...FILLED, Status: { status: { name: "Ready" } } });
  await world.until(async () => (await person.textOf(pageId, "GitHub")) !== "", 180_000);
  await rest(world);
  const number = Number((await person.textOf(pageId, "GitHub")).split("#")[1]);
  const issue = (): Promise<BoardIssue> => readBoardIssue(person, number);
  return {
    pageId,
    card: await cardOf(person, (await issue()).id),
    issue,
    async shown(property) {
      const value = (await person.readPage(pageId)).properties[property];
      if (value?.type === "number") return value.number;
      if (value?.type === "status") return value.status?.name ?? null;
      if (value?.type === "select") return value.select?.name ?? null;
      return value?.type === "date" ? (value.date?.start ?? null) : undefined;
    },
  };
}

/** Until the work is done and its echoes have come back. */
export async function rest(world: World): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await world.advance(5_000);
    await world.settled();
  }
}
