// A day of seeded people at work on both boards, with all that can go wrong; and then a look at what came of it.
import { createRandom, MOOD_NAMES } from "../../local/host/moods.ts";
import type { LogEntry } from "../../local/host/host.ts";
import type { Moods } from "../../local/host/moods.ts";
import { DEMO_SEED } from "../../local/notion-api/seed.ts";
import { pagesSeen } from "./board-seen.ts";
import { findWrongs } from "./day-checks.ts";
import type { StatusShown } from "./day-checks.ts";
import { fullConfig, fullMapping } from "./full-config.ts";
import { createKillSwitch } from "./kill-points.ts";
import type { OperationKind } from "./kill-points.ts";
import { setRepository } from "./branches.ts";
import { asPerson, happens, pairsSeen, pick } from "./random-day.ts";
import type { Day, DayRules, PairSeen, Troubles } from "./random-day.ts";
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
import { actOnPull, nameBranch, push, reportAll } from "./random-pulls.ts";
import { endTrouble, isRunning, makeTrouble } from "./random-trouble.ts";
import { createWanted } from "./wanted.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const MINUTE_MS = 60_000;
const PARTS = 3; // parts of a day, each of which ends with a look at everything
const EDITS = 25; // edits of people in a part
const SETTLING_MS = 200 * MINUTE_MS; // ms; what failed often is tried again after an hour

/** How a day went. */
export interface DayReport {
  readonly wrongs: readonly string[];
  /** What people did and what went wrong on purpose, in order. */
  readonly events: readonly string[];
}

/** Lives through one day. */
export async function liveRandomDay(seed: number): Promise<DayReport> {
  const random = createRandom(seed);
  const rules = chooseRules(random);
  const troubles = chooseTroubles(random);
  const moods = chooseMoods(random);
  const kills = createKillSwitch();
  const writes: string[] = [];
  const world = await createWorld({
    seed,
    config: toConfig(rules),
    moods,
    inMemory: true,
    webhooks: true,
    notion: { seedData: { ...DEMO_SEED, pages: [] } },
    onRequest: async (send, request) => {
      const write = await describeWrite(request);
      if (write !== undefined) writes.push(write);
      return kills.onRequest(send, request);
    },
    onCommit: kills.onCommit,
  });
  if (world.memory) world.memory.hooks = kills.hooks;
  const startedMs = world.now();
  const events: string[] = [];
  const note = (text: string): void => {
    const since = new Date(world.now() - startedMs).toISOString().slice(11, 23);
    events.push(`${since} ${text}`);
  };
  const day: Day = {
    ...{ world, random, rules, note, events },
    wanted: createWanted(),
    strangers: new Set(world.github.store.nodes().map(({ id }) => id)),
    asked: new Set(),
    ...{ made: [], branches: [], named: new Map(), askedToMerge: new Set(), mergedByPeople: new Set(), plans: [] },
    ...{ titles: 0, branchNames: 0 },
  };
  note(`rules ${JSON.stringify(rules)} troubles ${JSON.stringify(troubles)} moods ${JSON.stringify(moods)}`);
  const wrongs: string[] = [];
  let delivered = 0;
  try {
    if (rules.protection) setRepository(world, { protection: { checks: true } });
    await world.settled();
    for (let part = 1; part <= PARTS && wrongs.length === 0; part += 1) {
      for (let edit = 0; edit < EDITS; edit += 1) {
        if (isRunning(day)) await asPerson(day, () => editSomething(day));
        else if (happens(random, 0.5)) await asPerson(day, () => editSomething(day));
        makeTrouble(day, troubles);
        await pauseSometimes(day, troubles);
        await killSometimes(day, troubles, kills);
        await world.advance(chooseGap(random));
      }
      kills.disarm();
      await endTrouble(day);
      note(`--- part ${part} ends`);
      await settleAll(day);
      const status = (await world.call("GET", "status")).body as StatusShown;
      wrongs.push(...findWrongs(day, status));
      wrongs.push(...(await findUnrest(day, writes, delivered)));
      delivered = world.deliveries.length;
      day.wanted.clear(new Set(status.conflicts.map(({ pageId }) => pageId)));
    }
    wrongs.push(...complaintsOf(world.log));
    world.notion.verify();
    world.github.verify();
    await world.close();
  } catch (error) {
    wrongs.push(`stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { wrongs, events: wrongs.length === 0 ? events : [...events, ...rowsOf(world, wrongs)] };
}

/** What is stored of the pages that something is wrong with. */
function rowsOf(world: World, wrongs: readonly string[]): readonly string[] {
  const named = pagesSeen(world).filter(({ id }) => wrongs.some((wrong) => wrong.includes(id.slice(-4))));
  const rows = world.memory?.dump() ?? [];
  return named.flatMap(({ id, notice }) => [
    `page ${id.slice(-4)} says "${notice}"`,
    ...rows.filter(({ rowKey }) => rowKey.includes(id)).map((row) => JSON.stringify(row)),
  ]);
}

/** What functions threw: nothing that a person or a service does may end there. */
function complaintsOf(log: readonly LogEntry[]): readonly string[] {
  const bad = log.filter(
    ({ level, message }) => level === "error" || level === "critical" || message.startsWith("activity failed"),
  );
  return [...new Set(bad.map(({ category, message }) => `${category}: ${message.slice(0, 300)}`))];
}

/** What a person does next: how likely it is beside the others, and what it is; `undefined`: not now. */
type Deed = readonly [number, (() => Promise<void>) | undefined];

async function editSomething(day: Day): Promise<void> {
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
    [pulls ? 12 : 0, on(pairs, nameBranch)],
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

function chooseGap(random: () => number): number {
  const longest = pick(random, [300, 300, 5_000, 30_000, 5 * MINUTE_MS]);
  return Math.floor(random() * longest);
}

async function killSometimes(day: Day, troubles: Troubles, kills: ReturnType<typeof createKillSwitch>): Promise<void> {
  const { world, random } = day;
  if (!troubles.kills) return;
  if (!isRunning(day)) {
    if (happens(random, 0.6)) {
      day.note("the host is started");
      await world.start();
    }
    return;
  }
  if (!happens(random, 0.15)) return;
  const kind: OperationKind = pick(random, ["notion", "github", "storage", "commit"]);
  const when = pick(random, kind === "commit" ? (["before", "after"] as const) : (["before", "effect", "after"] as const));
  const n = 1 + Math.floor(random() * 12);
  kills.arm({ kind, n, when }, () => {
    day.note(`killed ${when} ${kind} ${n}`);
    world.kill();
  });
}

async function pauseSometimes(day: Day, troubles: Troubles): Promise<void> {
  if (!troubles.pauses || !isRunning(day) || !happens(day.random, 0.1)) return;
  const action = happens(day.random, 0.4) ? "pause" : "resume";
  day.note(action);
  await day.world.call("POST", `mappings/engineering/${action}`);
}

async function settleAll(day: Day): Promise<void> {
  const { world, random } = day;
  await world.call("POST", "mappings/engineering/resume");
  await asPerson(day, () => reportAll(day));
  if (happens(random, 0.5)) await world.call("POST", "retry", { all: true });
  else await world.advance(SETTLING_MS);
  await world.advance(5 * MINUTE_MS);
  await world.settled(60 * MINUTE_MS);
  await world.call("POST", "sync", { full: true });
  // What was done in the project alone, and what became of a parent, is seen only when the page is looked at.
  for (let look = 1; look <= 2; look += 1) {
    await world.call("POST", "sync", { pageIds: pagesSeen(world).map(({ id }) => id) });
    await world.advance(15 * MINUTE_MS);
    await world.settled(60 * MINUTE_MS);
  }
}

/** Runs and deliveries without news write nothing. */
async function findUnrest(day: Day, writes: string[], from: number): Promise<readonly string[]> {
  const { world } = day;
  writes.splice(0);
  for (let run = 0; run < 5; run += 1) {
    await world.call("POST", "sync", { full: true });
    await world.advance(MINUTE_MS);
    await world.settled();
  }
  for (const delivery of world.deliveries.slice(from)) await world.redeliver(delivery);
  await world.advance(5 * MINUTE_MS);
  await world.settled();
  // A sub-issue whose parent was deleted is offered to GitHub each time that it is looked at.
  const news = writes.filter((write) => !(day.rules.busy.life && write.includes("addSubIssue")));
  return news.map((write) => `not quiet: ${write}`);
}

/** What the product writes; `undefined`: it only reads. */
async function describeWrite(request: Request): Promise<string | undefined> {
  const { pathname } = new URL(request.url);
  if (request.method === "GET" || pathname.endsWith("/query")) return undefined;
  const body = await request.clone().text();
  if (pathname === "/graphql" && !body.includes('"query":"mutation') && !/"query":"\\s*mutation/.test(body)) return undefined;
  return `${request.method} ${pathname} ${body.slice(0, 400)}`;
}

function chooseRules(random: () => number): DayRules {
  const rules = ["notion", "notion", "github", "hold"] as const;
  return {
    body: pick(random, ["off", "toGithub"]),
    createLabels: happens(random, 0.5),
    createOptions: happens(random, 0.5),
    titleConflict: pick(random, rules),
    fieldConflict: pick(random, rules),
    statusConflict: pick(random, rules),
    onTrash: pick(random, ["detach", "close"]),
    busy: { pulls: happens(random, 0.5), life: happens(random, 0.5), text: happens(random, 0.4) },
    protection: happens(random, 0.2),
  };
}

function chooseTroubles(random: () => number): Troubles {
  const isCalm = happens(random, 0.15);
  return {
    webhooks: !isCalm && happens(random, 0.6),
    faults: !isCalm && happens(random, 0.6),
    kills: !isCalm && happens(random, 0.5),
    pauses: !isCalm && happens(random, 0.3),
  };
}

function chooseMoods(random: () => number): Partial<Moods> {
  if (happens(random, 0.5)) return {};
  return Object.fromEntries(MOOD_NAMES.filter((name) => name !== "keys").map((name) => [name, happens(random, 0.4)]));
}

function toConfig(rules: DayRules): unknown {
  const { fields, status } = fullMapping() as { fields: readonly { notion: string; github: string }[]; status: object };
  const { body, createLabels, createOptions, onTrash } = rules;
  return fullConfig({
    ...{ body, createLabels, createOptions, onTrash },
    status: { ...status, conflict: rules.statusConflict },
    fields: fields.map((field) => ({ ...field, conflict: field.github === "title" ? rules.titleConflict : rules.fieldConflict })),
    limits: { creates: 500, merges: 50, removals: 50 },
  });
}
