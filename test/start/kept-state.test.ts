import { Client } from "@notionhq/client";
import { graphql } from "@octokit/graphql";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { realClock, type Clock } from "../../local/clock.ts";
import { createGithubSimulator } from "../../local/github-api/simulator.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import type { Simulator } from "../../local/simulator/contract.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";

let folder: string;
let file: string;
let simulators: Simulator[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notion-sync-kept-"));
  file = join(folder, "state.json");
  simulators = [];
});

afterEach(async () => {
  await Promise.all(simulators.map((simulator) => simulator.close()));
  rmSync(folder, { recursive: true, force: true });
});

const openNotion = (clock: Clock = realClock) => {
  const simulator = createNotionSimulator({ clock, dataFile: file });
  simulators.push(simulator);
  const client = new Client({
    auth: "person:ada",
    notionVersion: "2026-03-11",
    fetch: ((input: string, init?: RequestInit) => simulator.fetch(new Request(input, init))) as never,
  });
  const create = async (title: string) =>
    (
      await client.pages.create({
        parent: { data_source_id: DEMO_DATA_SOURCE_ID },
        properties: { Name: { title: [{ text: { content: title } }] }, Due: { date: { start: "2026-03-01" } } },
        children: [{ paragraph: { rich_text: [{ text: { content: "First line" } }] } }],
      })
    ).id;
  return { simulator, client, create };
};

const openGithub = () => {
  const simulator = createGithubSimulator({ clock: realClock, dataFile: file });
  simulators.push(simulator);
  const send = graphql.defaults({
    headers: { authorization: "token ghp_demo_ada" },
    request: { fetch: (input: string, init?: RequestInit) => simulator.fetch(new Request(input, init)) },
  });
  const read = () =>
    send<Record<string, unknown>>(`{ repository(owner: "acme", name: "widgets") {
    id labels(first: 20) { nodes { id name } } refs(refPrefix: "refs/heads/", first: 9) { nodes { name target { oid } } }
    issues(first: 50) { nodes { id fullDatabaseId number title body state stateReason createdAt updatedAt labels(first: 9) { nodes { name } } } } } }`);
  const repositoryId = async () =>
    (await send<{ repository: { id: string } }>(`{ repository(owner: "acme", name: "widgets") { id } }`)).repository.id;
  const create = async (title: string) => {
    const document = `mutation createIssue($input: CreateIssueInput!) { createIssue(input: $input) { issue { id number } } }`;
    const answer = await send<{ createIssue: { issue: { id: string; number: number } } }>(document, {
      input: { repositoryId: await repositoryId(), title },
    });
    return answer.createIssue.issue;
  };
  const remove = (issueId: string) =>
    send(`mutation deleteIssue($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }`, { id: issueId });
  return { simulator, read, create, remove };
};

describe("the Notion simulator with a data file", () => {
  test("shows after a restart what was there before, and gives new pages new ids", async () => {
    const before = openNotion();
    const pageId = await before.create("Paint the widgets");
    const pages = before.simulator.listPages(DEMO_DATA_SOURCE_ID);
    const blocks = await before.client.blocks.children.list({ block_id: pageId });
    await before.simulator.close();

    const after = openNotion();

    expect(after.simulator.listPages(DEMO_DATA_SOURCE_ID)).toEqual(pages);
    expect((await after.client.blocks.children.list({ block_id: pageId })).results).toEqual(blocks.results);
    const later = await after.create("Pack the widgets");
    expect(pages.map((page) => page.id)).not.toContain(later);
    expect(after.simulator.listPages(DEMO_DATA_SOURCE_ID).map((page) => page.id)).toEqual([
      ...pages.map((page) => page.id),
      later,
    ]);
  });

  test("writes a change soon after it happened, so that a kill loses little", async () => {
    const clock = createVirtualClock("2026-01-01T00:00:00Z");
    const notion = openNotion(clock);
    await notion.create("Paint the widgets");

    await clock.advance(1_000);

    expect(existsSync(file)).toBe(true);
    const after = openNotion();
    expect(after.simulator.listPages(DEMO_DATA_SOURCE_ID)).toEqual(notion.simulator.listPages(DEMO_DATA_SOURCE_ID));
  });

  test("refuses a file that is not its own, and says what to do", () => {
    writeFileSync(file, '{"simulator":"GitHub","version":1,"state":{}}');

    expect(() => openNotion()).toThrow(
      `"${file}" does not hold the state of this version's Notion simulator: remove it to begin anew.`,
    );
  });
});

describe("the GitHub simulator with a data file", () => {
  test("shows after a restart what was there before, and never gives a number or an id again", async () => {
    const before = openGithub();
    const first = await before.create("Paint the widgets");
    const second = await before.create("Pack the widgets");
    await before.remove(second.id);
    const seen = await before.read();
    await before.simulator.close();

    const after = openGithub();

    expect(await after.read()).toEqual(seen);
    const third = await after.create("Ship the widgets");
    expect(third.number).toBe(first.number + 2);
    expect([first.id, second.id]).not.toContain(third.id);
  });

  test("goes back to the seed by a reset, and stays there", async () => {
    const seed = await openGithub().read();
    const before = openGithub();
    await before.create("Paint the widgets");
    before.simulator.reset();
    await before.simulator.close();

    const after = await openGithub().read();

    const titles = (state: Record<string, unknown>) => JSON.stringify(state).match(/"title":"[^"]*"/g);
    expect(titles(after)).toEqual(titles(seed));
  });
});
