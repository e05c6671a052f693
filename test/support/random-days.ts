// A day of seeded people at work on both boards, with all that can go wrong; and then a look at what came of it.
import { createRandom } from "../../local/host/moods.ts";
import { DEMO_SEED } from "../../local/notion-api/seed.ts";
import { pagesSeen } from "./board-seen.ts";
import { setRepository } from "./branches.ts";
import { findWrongs } from "./day-checks.ts";
import type { StatusShown } from "./day-checks.ts";
import { complaintsOf, describeBoards, rowsOf } from "./day-report.ts";
import { createKillSwitch } from "./kill-points.ts";
import type { OperationKind } from "./kill-points.ts";
import { asPerson, happens, pick } from "./random-day.ts";
import type { Day, Troubles } from "./random-day.ts";
import { editSomething } from "./random-deeds.ts";
import { reportAll } from "./random-pulls.ts";
import { chooseMoods, chooseRules, chooseTroubles, toConfig } from "./random-rules.ts";
import { endTrouble, isRunning, makeTrouble } from "./random-trouble.ts";
import { createWanted } from "./wanted.ts";
import { createWorld } from "./world.ts";

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
      note(`=== ${describeBoards(day, status)}`);
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
  try {
    await day.world.call("POST", `mappings/engineering/${action}`);
  } catch (error) {
    if (isRunning(day)) throw error;
  }
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
