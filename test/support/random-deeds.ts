// What a person does next on a random day, of all that people do.
import { pairsSeen, pick } from "./random-day.ts";
import type { Day, PairSeen } from "./random-day.ts";
import { closeOrReopen, editItem, editPage, makePage, moveCard, movePage, openStranger } from "./random-edits.ts";
import {
  askApp,
  deleteIssue,
  leaveProject,
  nameIssue,
  setImpossible,
  setParent,
  trashOrRestore,
  writeBody,
  writeText,
} from "./random-life.ts";
import { actOnPull, nameBranch, planBranch, push, reportAll } from "./random-pulls.ts";
import { isRunning } from "./random-trouble.ts";

/** What a person does next: how likely it is beside the others, and what it is; `undefined`: not now. */
type Deed = readonly [number, (() => Promise<void>) | undefined];

/** Lets a person do one thing. */
export async function editSomething(day: Day): Promise<void> {
  const { random, rules } = day;
  const pairs = pairsSeen(day);
  const linked = pairs.filter(({ item }) => item !== undefined);
  if (pairs.length < 3) return makePage(day);
  const on = (list: readonly PairSeen[], work: (day: Day, pair: PairSeen) => Promise<void>) =>
    list.length === 0 ? undefined : () => work(day, pick(random, list));
  const { pulls, life, text } = rules.busy;
  const deeds: readonly Deed[] = [
    [pairs.length < 25 ? 8 : 0, () => makePage(day)],
    [2, () => openStranger(day)],
    [22, on(pairs, editPage)],
    [15, on(pairs, movePage)],
    [25, on(linked, editItem)],
    [9, on(linked, closeOrReopen)],
    [8, on(linked, moveCard)],
    [pulls ? 6 : 0, () => push(day)],
    [pulls ? 8 : 0, on(pairs, nameBranch)],
    [pulls && pairs.length < 25 ? 8 : 0, () => planBranch(day)],
    [pulls ? 8 : 0, () => actOnPull(day)],
    [pulls ? 3 : 0, () => reportAll(day)],
    [text ? 8 : 0, on(pairs, writeText)],
    [text ? 6 : 0, on(linked, writeBody)],
    [life ? 6 : 0, () => trashOrRestore(day)],
    [life ? 5 : 0, on(pairs, setImpossible)],
    [life ? 3 : 0, () => nameIssue(day)],
    [life ? 4 : 0, on(pairs, setParent)],
    [life ? 3 : 0, on(linked, leaveProject)],
    [life ? 1 : 0, on(linked, deleteIssue)],
    [life && isRunning(day) ? 3 : 0, () => askApp(day)],
  ];
  const able = deeds.flatMap(([weight, work]) => (work ? [{ weight, work }] : []));
  let roll = random() * able.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, work } of able) {
    roll -= weight;
    if (roll < 0) return work();
  }
}
