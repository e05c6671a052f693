import { Client } from "@notionhq/client";
import { afterEach, describe, expect, test } from "vitest";
import { restore } from "../../sync/text-safety.ts";
import { fullConfig } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const paragraph = (content: string) => ({
  object: "block",
  type: "paragraph",
  paragraph: { rich_text: [{ text: { content } }] },
});
const todo = (content: string, checked: boolean) => ({
  object: "block",
  type: "to_do",
  to_do: { rich_text: [{ text: { content } }], checked },
});

function notionClient(): Client {
  return new Client({
    auth: "ntn_ada",
    notionVersion: "2026-03-11",
    retry: false,
    fetch: ((input: string | URL | Request, init?: RequestInit) => world.notion.fetch(new Request(input, init))) as never,
  });
}

async function append(pageId: string, ...children: readonly unknown[]): Promise<void> {
  await notionClient().blocks.children.append({ block_id: pageId, children: children as never });
}

async function writtenPage(title: string, ...children: readonly unknown[]): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  await append(pageId, ...children);
  await world.person.setStatus(pageId, "Ready");
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return pageId;
}

async function bodyOf(title: string): Promise<string> {
  const [issue] = await world.person.issuesTitled(title);
  return issue?.body ?? "";
}

describe("the text of a page", () => {
  test("is in the issue from the start, inside its region, with the marker as the last line", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub" }) });

    await writtenPage("With text", paragraph("First things first."), todo("Buy paint", true), todo("Paint", false));

    const body = await bodyOf("With text");
    expect(body).toContain("First things first.");
    expect(body).toContain("[x] Buy paint");
    expect(body).toContain("[ ] Paint");
    expect(body.trim().split("\n").at(-1)).toMatch(/^<!-- notion-sync:v1 page=/);
  });

  test("follows edits, and leaves what people write around it on GitHub", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub" }) });
    const pageId = await writtenPage("Edited text", paragraph("Old words."));
    const [issue] = await world.person.issuesTitled("Edited text");
    await world.person.github(
      `mutation($id: ID!, $body: String!) { updateIssue(input: { id: $id, body: $body }) { issue { id } } }`,
      {
        id: issue?.id,
        body: `Above, by Ada.\n\n${issue?.body ?? ""}`,
      },
    );
    await world.settled();

    await append(pageId, paragraph("New words."));
    await world.until(async () => (await bodyOf("Edited text")).includes("New words."), 180_000);
    await world.settled();

    const body = await bodyOf("Edited text");
    expect(body.startsWith("Above, by Ada.\n\n")).toBe(true);
    expect(body).toContain("Old words.");
    expect(body.match(/notion-sync:v1/g)).toHaveLength(1);
  });

  test("is found by the poll when the delivery was lost, also when it was edited within the minute of another edit", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub" }), webhooks: false });
    const pageId = await writtenPage("Polled text", paragraph("Old words."));
    await world.advance(240_000);
    await world.settled();

    await world.person.setTitle(pageId, "Polled text, renamed");
    await world.until(async () => (await world.person.issuesTitled("Polled text, renamed")).length === 1, 120_000);
    await append(pageId, paragraph("Lost words."));

    await world.until(async () => (await bodyOf("Polled text, renamed")).includes("Lost words."), 240_000);
  });

  test("mentions, references and closing keywords from Notion are live for nobody", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub" }) });

    const pageId = await writtenPage("Ask @ada, fixes #1", paragraph("Thanks @grace, closes acme/widgets#2 and abcdef1."));

    const [issue] = (await world.person.issues()).filter(({ title }) => title.includes("fixes"));
    const live = /(^|[^\w\u200b])(@(ada|grace)|#\d|acme\/widgets#2)\b/;
    expect(issue?.title).not.toMatch(live);
    expect(issue?.body).not.toMatch(live);
    expect(await world.person.textOf(pageId, "Name")).toBe("Ask @ada, fixes #1");

    world.notion.clearJournal();
    world.github.clearJournal();
    for (let run = 0; run < 5; run += 1) {
      await world.call("POST", "sync", { full: true });
      await world.settled();
    }
    expect(world.notion.journal().writes).toBe(0);
    expect(world.github.journal().writes).toBe(0);
  });

  test("mentions a person of the table only where the mapping allows it", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub", mentions: true }) });

    await writtenPage("Please look", paragraph("Ask @ada or @grace."));

    const body = await bodyOf("Please look");
    expect(body).toContain("@ada");
    expect(body).not.toContain("@grace");
    expect(restore(body)).toContain("@grace");
  });

  test("is not put into an issue that people made", async () => {
    world = await createWorld({ config: fullConfig({ body: "toGithub" }) });
    const [born] = await world.person.issues();
    const pageId = await world.person.createPage({ title: "Adopts one", status: "Backlog" });
    await append(pageId, paragraph("Only in Notion."));
    await world.person.setPage(pageId, {
      GitHub: { rich_text: [{ text: { content: `acme/widgets#${born?.number}` } }] },
      Status: { status: { name: "Ready" } },
    });
    await world.settled();

    const issue = (await world.person.issues()).find(({ number }) => number === born?.number);
    expect(issue?.body).toBe(born?.body);
  });
});
