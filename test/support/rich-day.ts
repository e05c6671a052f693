// A day on which all happens that the app reports, with canaries in everything that people write and in every secret.
import { createHmac } from "node:crypto";
import { append } from "./feature-board.ts";
import { fullConfig } from "./full-config.ts";
import { holdAfterStamp } from "./hold-after-stamp.ts";
import { watchInsights } from "./insights.ts";
import type { Insights } from "./insights.ts";
import { reportedLines } from "./reported.ts";
import { GITHUB_SECRET, MARKER_KEY, NOTION_SECRET, createWorld } from "./world.ts";
import type { World } from "./world.ts";

const MINUTE_MS = 60_000;
const CANARY = "CanaryInACoalMine";
const HANDSHAKE = "secret_handshake_canary_0123456789";

/** What the day left behind. */
export interface RichDay {
  /** The lines of the events. */
  readonly lines: readonly string[];
  /** The whole log. */
  readonly log: readonly string[];
  /** What Application Insights would hold. */
  readonly insights: Insights;
  /** What must be in none of them. */
  readonly canaries: readonly string[];
}

const RENAME = `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`;

/** Lives through the day, which takes some hours of virtual time. */
export async function liveRichDay(): Promise<RichDay> {
  const config = fullConfig({ body: "toGithub", limits: { creates: 4 } });
  const watch = watchInsights();
  const world = await createWorld({ config, inMemory: true, ...watch.options });
  try {
    await editBothSides(world);
    await meetTrouble(world);
    await exceedLimits(world);
    await deliverBadly(world);
    await getStuck(world);
    return {
      lines: reportedLines(world),
      insights: watch.tables(world),
      log: world.log.map((entry) => JSON.stringify(entry)),
      canaries: [CANARY, HANDSHAKE, NOTION_SECRET, GITHUB_SECRET, MARKER_KEY, "ntn_demo_product", "ghp_demo_product"],
    };
  } finally {
    await world.close();
  }
}

async function linkedPage(world: World, title: string): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 3 * MINUTE_MS);
  await world.settled();
  return pageId;
}

/** Synced, in conflict, waiting for a title, failed for a label that is not there. */
async function editBothSides(world: World): Promise<void> {
  const { person } = world;
  const pageId = await linkedPage(world, `${CANARY} one`);
  await append(world, pageId, `${CANARY} in the text`);
  await world.advance(3 * MINUTE_MS);
  const [issue] = await person.issuesTitled(`${CANARY} one`);
  await person.setTitle(pageId, `${CANARY} in Notion`);
  await person.github(RENAME, { id: issue?.id, title: `${CANARY} on GitHub` });
  await person.createPage({ title: "", status: "Ready" });
  const failing = await linkedPage(world, `${CANARY} two`);
  await person.setPage(failing, { Labels: { multi_select: [{ name: `${CANARY} label` }] } });
  await world.advance(10 * MINUTE_MS);
}

/** A limit of Notion, and a source that cannot be read for so long that all is behind. */
async function meetTrouble(world: World): Promise<void> {
  world.notion.setFaults([{ match: "/query", kind: "status", status: 429, times: 1, headers: { "retry-after": "70" } }]);
  await world.advance(5 * MINUTE_MS);
  const body = { object: "error", status: 401, code: "unauthorized", message: CANARY };
  world.notion.setFaults([{ match: "/query", kind: "status", status: 401, times: 1_000, body }]);
  await world.advance(20 * MINUTE_MS);
  world.notion.setFaults([]);
}

async function exceedLimits(world: World): Promise<void> {
  for (let n = 0; n < 6; n += 1) await world.person.createPage({ title: `${CANARY} heap ${n}`, status: "Ready" });
  await world.advance(5 * MINUTE_MS);
  await world.settled();
}

/** Deliveries of strangers, of events that are not used, and one while storage is down. */
async function deliverBadly(world: World): Promise<void> {
  const sign = (body: string): string => `sha256=${createHmac("sha256", GITHUB_SECRET).update(body).digest("hex")}`;
  const body = JSON.stringify({ action: CANARY, zen: CANARY });
  for (let n = 0; n < 3; n += 1)
    await deliver(world, "github", body, { "x-github-event": "issues", "x-hub-signature-256": sign(`${body} `) });
  await deliver(world, "github", CANARY, { "x-github-event": "issues", "x-hub-signature-256": sign(CANARY) });
  await deliver(world, "github", body, { "x-github-event": "ping", "x-hub-signature-256": sign(body) });
  await deliver(world, "github", body, { "x-github-event": CANARY, "x-hub-signature-256": sign(body) });
  await deliver(world, "notion", JSON.stringify({ verification_token: HANDSHAKE }), {});
  await world.call("POST", "handshake");
  await deliver(world, "notion", JSON.stringify({ verification_token: HANDSHAKE }), {});
  const real = world.deliveries.findLast(({ url }) => url.endsWith("/notion"));
  if (!real || !world.memory) throw new Error("Notion delivered nothing.");
  world.memory.hooks = {
    before: () => {
      throw new Error(CANARY);
    },
  };
  await world.redeliver(real);
  world.memory.hooks = {};
}

async function deliver(world: World, service: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const url = `http://app.test/api/webhooks/${service}`;
  const given = { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", ...headers };
  await world.redeliver(new Request(url, { method: "POST", body, headers: given }));
}

async function getStuck(world: World): Promise<void> {
  const [issue] = (await world.person.issues()).filter(({ title }) => title.includes("two"));
  const hold = holdAfterStamp(world);
  await world.person.github(RENAME, { id: issue?.id, title: `${CANARY} stuck` });
  await world.until(() => hold.isHeld(), 10 * MINUTE_MS);
  await world.advance(25 * MINUTE_MS);
  hold.open();
  await world.advance(5 * MINUTE_MS);
}
