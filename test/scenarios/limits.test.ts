import { afterEach, describe, expect, test } from "vitest";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import type { Fault } from "../../local/simulator/contract.ts";
import { createSent } from "../support/sent.ts";
import { issuesOf, severalBoards, WEB_DATA_SOURCE_ID, WEB_REPOSITORY, webMapping } from "../support/several-boards.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const GRACE_MS = 1_000; // ms; design, section 9: what was under way when the limit was answered
const TO_WEB = { mapping: "web", dataSourceId: WEB_DATA_SOURCE_ID, repository: WEB_REPOSITORY };
const TO_WIDGETS = { mapping: "engineering", dataSourceId: DEMO_DATA_SOURCE_ID, repository: "acme/widgets" };
const RENAME = `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`;
const FIND = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) { id title } } }`;

type Service = "notion" | "github";

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

/** Two mappings with a data source and a repository of their own, over one credential for each service. */
async function createBoards(webhooks: boolean): Promise<void> {
  sent.clear();
  const config = { mappings: [simpleMapping(), webMapping()] };
  world = await createWorld(severalBoards(config, { webhooks, onRequest: sent.onRequest }));
}

/** Makes a page that has its issue. */
async function linkedPage({ dataSourceId }: typeof TO_WEB, title: string): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Ready", dataSourceId });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 3 * MINUTE_MS);
  return pageId;
}

/** The issue that a page names. */
async function issueOf(pageId: string): Promise<{ readonly id: string; readonly title: string }> {
  const [, owner, name, number] = /^([^/]+)\/([^#]+)#(\d+)$/.exec(await world.person.textOf(pageId, "GitHub")) ?? [];
  const answer = await world.person.github<{ readonly repository: { readonly issue: { id: string; title: string } } }>(FIND, {
    owner,
    name,
    number: Number(number),
  });
  return answer.repository.issue;
}

async function renameIssueOf(pageId: string, title: string): Promise<void> {
  await world.person.github(RENAME, { id: (await issueOf(pageId)).id, title });
}

async function blockedUntil(): Promise<Readonly<Record<Service, string | null>>> {
  const { body } = await world.call("GET", "status");
  const { limits } = body as { readonly limits: Readonly<Record<Service, { readonly blockedUntil: string | null }>> };
  return { notion: limits.notion.blockedUntil, github: limits.github.blockedUntil };
}

/** Waits until the planned fault has met a request; returns when that was. */
async function limitMet(service: Service): Promise<number> {
  const find = () => world[service].journal().requests.find(({ fault }) => fault !== undefined);
  await world.until(() => find() !== undefined, 3 * MINUTE_MS);
  return Date.parse(find()?.at ?? "");
}

/** Hints for both mappings, as a person who does not want to wait gives them. */
async function hint(): Promise<void> {
  for (const { mapping } of [TO_WIDGETS, TO_WEB]) await world.call("POST", "sync", { mapping, full: true });
}

function sentWithin(service: Service, fromMs: number, untilMs: number) {
  return sent.list(service).filter(({ atMs }) => atMs > fromMs && atMs < untilMs);
}

async function titlesMade(): Promise<readonly string[]> {
  const issues = await Promise.all([TO_WIDGETS, TO_WEB].map(({ repository }) => issuesOf(world, repository)));
  const titles = issues.flat().map(({ title }) => title);
  return titles.filter((title) => title.startsWith("Limited")).sort();
}

interface Limit {
  readonly name: string;
  readonly answer: Pick<Fault, "kind" | "status" | "headers" | "body" | "aliases" | "type" | "message">;
  readonly waitMs: number;
}

const SECONDARY = { message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." };

const NOTION_LIMITS: readonly Limit[] = [
  { name: "429 with Retry-After", answer: { kind: "status", status: 429, headers: { "retry-after": "90" } }, waitMs: 90_000 },
  // The simulator's own answer has a time, which a fault can only empty.
  { name: "529 without a time", answer: { kind: "status", status: 529, headers: { "retry-after": "" } }, waitMs: 60_000 },
  { name: "529 with Retry-After", answer: { kind: "status", status: 529, headers: { "retry-after": "75" } }, waitMs: 75_000 },
];

const GITHUB_LIMITS: readonly Limit[] = [
  { name: "429 with Retry-After", answer: { kind: "status", status: 429, headers: { "retry-after": "90" } }, waitMs: 90_000 },
  {
    name: "the secondary limit with a time",
    answer: { kind: "status", status: 403, headers: { "retry-after": "120" }, body: SECONDARY },
    waitMs: 120_000,
  },
  {
    name: "the secondary limit without a time",
    answer: { kind: "status", status: 403, body: SECONDARY },
    waitMs: 60_000,
  },
  {
    name: "the secondary limit in an answer of status 200",
    answer: { kind: "status", status: 200, body: { errors: [SECONDARY] }, headers: { "retry-after": "90" } },
    waitMs: 90_000,
  },
  {
    name: '"submitted too quickly"',
    answer: { kind: "partial", aliases: ["createIssue"], type: "UNPROCESSABLE", message: "was submitted too quickly" },
    waitMs: 5 * MINUTE_MS,
  },
];

describe("while Notion is closed", () => {
  test.each(NOTION_LIMITS)("by $name, what is known of a page still reaches its issue, and the rest waits", async (limit) => {
    await createBoards(false);
    const known = await linkedPage(TO_WIDGETS, "Limited 1");
    const unread = await linkedPage(TO_WEB, "Limited 2");
    const cameBack = await linkedPage(TO_WIDGETS, "Limited 3");
    const cameBackToo = await linkedPage(TO_WEB, "Limited 4");
    await world.advance(5 * MINUTE_MS);
    await world.settled();

    await world.person.setTitle(known, "Limited 1, edited");
    await world.person.setTitle(unread, "Limited 2, edited");
    await renameIssueOf(cameBack, "Limited 3, edited");
    await renameIssueOf(cameBackToo, "Limited 4, edited");
    // The tick reads the first data source, and meets the limit at the second.
    world.notion.setFaults([{ ...limit.answer, match: "/query", skip: 1 }]);
    const metAtMs = await limitMet("notion");
    const untilMs = metAtMs + limit.waitMs;
    const closed = { notion: new Date(untilMs).toISOString(), github: null };

    await world.until(async () => (await issueOf(known)).title === "Limited 1, edited", limit.waitMs / 2);
    expect(await blockedUntil()).toEqual(closed);
    await hint();
    await world.advance(untilMs - GRACE_MS - world.now());
    expect(await blockedUntil()).toEqual(closed);
    expect((await issueOf(unread)).title).toBe("Limited 2");
    expect(await world.person.textOf(cameBack, "Name")).toBe("Limited 3");
    expect(await world.person.textOf(cameBackToo, "Name")).toBe("Limited 4");

    await world.advance(2 * GRACE_MS);
    expect(await blockedUntil()).toEqual({ notion: null, github: null });
    await world.advance(5 * MINUTE_MS);
    await world.settled();
    expect(sentWithin("notion", metAtMs + GRACE_MS, untilMs)).toEqual([]);
    for (const [index, pageId] of [known, unread, cameBack, cameBackToo].entries()) {
      expect(await world.person.textOf(pageId, "Name")).toBe(`Limited ${index + 1}, edited`);
    }
    expect(await titlesMade()).toEqual([1, 2, 3, 4].map((n) => `Limited ${n}, edited`));
  });
});

describe("while Notion is closed to what was made", () => {
  test.each([90, 900])("for %i s, each issue is made once, and its page is named afterwards", async (seconds) => {
    await createBoards(true);
    await world.advance(5 * MINUTE_MS);
    await world.settled();

    world.notion.setFaults([
      { match: "PATCH /v1/pages", kind: "status", status: 429, headers: { "retry-after": String(seconds) } },
    ]);
    const first = await world.person.createPage({ title: "Limited 1", status: "Ready" });
    const metAtMs = await limitMet("notion");
    const untilMs = metAtMs + seconds * 1_000;
    expect(await blockedUntil()).toEqual({ notion: new Date(untilMs).toISOString(), github: null });
    const second = await world.person.createPage({ title: "Limited 2", status: "Ready", dataSourceId: WEB_DATA_SOURCE_ID });
    await hint();
    await world.advance(untilMs - GRACE_MS - world.now());
    expect(await titlesMade()).toEqual(["Limited 1"]);
    expect(await world.person.textOf(first, "GitHub")).toBe("");
    // GitHub is looked at as ever.
    expect(sentWithin("github", metAtMs + GRACE_MS, untilMs)).not.toEqual([]);

    await world.advance(10 * MINUTE_MS);
    await world.settled();
    expect(await blockedUntil()).toEqual({ notion: null, github: null });
    expect(sentWithin("notion", metAtMs + GRACE_MS, untilMs)).toEqual([]);
    expect(await titlesMade()).toEqual(["Limited 1", "Limited 2"]);
    expect((await issueOf(first)).title).toBe("Limited 1");
    expect((await issueOf(second)).title).toBe("Limited 2");
  });
});

describe("while GitHub is closed", () => {
  test.each(GITHUB_LIMITS)("by $name, the page of an issue that was made is named, and the rest waits", async (limit) => {
    await createBoards(true);
    const edited = await linkedPage(TO_WIDGETS, "Limited 1");
    const cameBack = await linkedPage(TO_WEB, "Limited 2");
    await world.advance(5 * MINUTE_MS);
    await world.settled();

    world.github.setFaults([{ ...limit.answer, match: "createIssue", skip: 1 }]);
    const made = await Promise.all(
      [TO_WIDGETS, TO_WEB].map(({ dataSourceId }, index) =>
        world.person.createPage({ title: `Limited ${index + 3}`, status: "Ready", dataSourceId }),
      ),
    );
    const named = async (): Promise<number> => {
      const references = await Promise.all(made.map((pageId) => world.person.textOf(pageId, "GitHub")));
      return references.filter((reference) => reference !== "").length;
    };
    const metAtMs = await limitMet("github");
    const untilMs = metAtMs + limit.waitMs;
    const closed = { notion: null, github: new Date(untilMs).toISOString() };

    await world.until(async () => (await named()) === 1, limit.waitMs / 2);
    expect(await blockedUntil()).toEqual(closed);
    await world.person.setTitle(edited, "Limited 1, edited");
    await renameIssueOf(cameBack, "Limited 2, edited");
    await hint();
    await world.advance(untilMs - GRACE_MS - world.now());
    expect(await blockedUntil()).toEqual(closed);
    expect(await named()).toBe(1);
    expect((await issueOf(edited)).title).toBe("Limited 1");
    // Notion is looked at as ever: the tick asks each data source once a minute.
    expect(sentWithin("notion", metAtMs + GRACE_MS, untilMs).filter(({ kind }) => kind.endsWith("/query"))).not.toEqual([]);

    await world.advance(2 * GRACE_MS);
    expect(await blockedUntil()).toEqual({ notion: null, github: null });
    await world.advance(5 * MINUTE_MS);
    await world.settled();
    expect(sentWithin("github", metAtMs + GRACE_MS, untilMs)).toEqual([]);
    expect(await named()).toBe(2);
    expect(await world.person.textOf(cameBack, "Name")).toBe("Limited 2, edited");
    expect(await titlesMade()).toEqual(["Limited 1, edited", "Limited 2, edited", "Limited 3", "Limited 4"]);
  });
});
