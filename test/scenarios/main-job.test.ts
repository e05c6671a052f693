import { afterEach, describe, expect, test } from "vitest";
import { DEMO_SEED } from "../../local/notion-api/seed.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

/** Makes a page and waits until it has its issue. */
async function linkedPage(
  title: string,
  status = "Ready",
): Promise<{ readonly pageId: string; readonly issueId: string; readonly number: number }> {
  const pageId = await world.person.createPage({ title, status });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 120_000);
  await world.settled();
  const [issue] = await world.person.issuesTitled(title);
  return { pageId, issueId: issue?.id ?? "", number: issue?.number ?? 0 };
}

async function issueNumbered(number: number) {
  const issue = (await world.person.issues()).find((candidate) => candidate.number === number);
  if (!issue) throw new Error(`there is no issue ${number}`);
  return issue;
}

describe("the main job", () => {
  test("a page set to Ready becomes an issue that links back and carries the marker, and the page names it", async () => {
    world = await createWorld();

    const pageId = await world.person.createPage({ title: "Mend the fence", status: "Ready" });
    await world.until(async () => (await world.person.issuesTitled("Mend the fence")).length > 0, 60_000);
    await world.settled();

    const [issue, ...others] = await world.person.issuesTitled("Mend the fence");
    expect(others).toHaveLength(0);
    expect(issue?.body).toContain((await world.person.readPage(pageId)).url);
    expect(issue?.body.trim().split("\n").at(-1)).toMatch(
      new RegExp(`^<!-- notion-sync:v1 page=${pageId.replaceAll("-", "")} key=\\d+ mac=[A-Za-z2-7]{26} -->$`),
    );
    expect(await world.person.textOf(pageId, "GitHub")).toBe(`acme/widgets#${issue?.number}`);
  });

  test("a page in the Backlog stays alone until it is moved", async () => {
    world = await createWorld();
    const before = (await world.person.issues()).length;

    const pageId = await world.person.createPage({ title: "Some day", status: "Backlog" });
    await world.advance(200_000);
    await world.settled();
    expect(await world.person.issues()).toHaveLength(before);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => (await world.person.issuesTitled("Some day")).length === 1, 60_000);
  });

  test("an edit of the page's title reaches the issue, and the other way round", async () => {
    world = await createWorld();
    const { pageId, issueId, number } = await linkedPage("First title");

    await world.person.setTitle(pageId, "Second title");
    await world.until(async () => (await issueNumbered(number)).title === "Second title", 60_000);
    await world.settled();
    await world.person.github(`mutation($id: ID!) { updateIssue(input: { id: $id, title: "Third title" }) { issue { id } } }`, {
      id: issueId,
    });
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Third title", 60_000);
    await world.settled();

    expect((await issueNumbered(number)).title).toBe("Third title");
  });

  test.each([
    ["Done", "COMPLETED"],
    ["Won't do", "NOT_PLANNED"],
  ])("%s closes the issue as %s, and moving back reopens it", async (status, reason) => {
    world = await createWorld();
    const { pageId, number } = await linkedPage("Close me");

    await world.person.setStatus(pageId, status);
    await world.until(async () => (await issueNumbered(number)).state === "CLOSED", 60_000);
    expect((await issueNumbered(number)).stateReason).toBe(reason);
    await world.settled();

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => (await issueNumbered(number)).state === "OPEN", 60_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "Status")).toBe("In Progress");
  });

  test("what happens on GitHub comes back: closed moves the page to Done, reopened to Ready", async () => {
    world = await createWorld();
    const { pageId, issueId } = await linkedPage("Close me on GitHub", "In Progress");

    await world.person.github(
      `mutation($id: ID!) { closeIssue(input: { issueId: $id, stateReason: COMPLETED }) { issue { id } } }`,
      { id: issueId },
    );
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Done", 60_000);
    await world.settled();
    await world.person.github(`mutation($id: ID!) { reopenIssue(input: { issueId: $id }) { issue { id } } }`, { id: issueId });
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Ready", 60_000);
  });

  test("the body and the labels that people add on GitHub stay", async () => {
    world = await createWorld();
    const { pageId, issueId, number } = await linkedPage("Keep mine");
    const { body } = await issueNumbered(number);
    const { repository } = await world.person.github<{ repository: { label: { id: string } } }>(
      `{ repository(owner: "acme", name: "widgets") { label(name: "bug") { id } } }`,
    );
    await world.person.github(
      `mutation($id: ID!, $body: String!) { updateIssue(input: { id: $id, body: $body }) { issue { id } } }`,
      {
        id: issueId,
        body: `My own words.\n\n${body}`,
      },
    );
    await world.person.github(
      `mutation($id: ID!, $label: ID!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId } }`,
      { id: issueId, label: repository.label.id },
    );

    await world.person.setTitle(pageId, "Keep mine, please");
    await world.person.setStatus(pageId, "Done");
    await world.until(async () => (await issueNumbered(number)).state === "CLOSED", 60_000);
    await world.settled();

    const { node } = await world.person.github<{ node: { body: string; labels: { nodes: { name: string }[] } } }>(
      `query($id: ID!) { node(id: $id) { ... on Issue { body labels(first: 10) { nodes { name } } } } }`,
      { id: issueId },
    );
    expect(node.body).toBe(`My own words.\n\n${body}`);
    expect(node.labels.nodes.map((label) => label.name)).toEqual(["bug"]);
  });

  test("edits of different fields on both sides both survive", async () => {
    world = await createWorld({ webhooks: false });
    const { pageId, issueId, number } = await linkedPage("Both sides");

    await world.person.setTitle(pageId, "Both sides, renamed in Notion");
    await world.person.github(
      `mutation($id: ID!) { closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { id } } }`,
      { id: issueId },
    );
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Won't do", 120_000);
    await world.settled();

    expect(await issueNumbered(number)).toMatchObject({
      title: "Both sides, renamed in Notion",
      state: "CLOSED",
      stateReason: "NOT_PLANNED",
    });
    expect(await world.person.textOf(pageId, "Name")).toBe("Both sides, renamed in Notion");
  });

  test("an edit of the same field on both sides follows the rule, and the losing value is shown", async () => {
    world = await createWorld({ webhooks: false });
    const { pageId, issueId, number } = await linkedPage("Clash");

    await world.person.setTitle(pageId, "Clash in Notion");
    await world.person.github(
      `mutation($id: ID!) { updateIssue(input: { id: $id, title: "Clash on GitHub" }) { issue { id } } }`,
      { id: issueId },
    );
    await world.until(async () => (await issueNumbered(number)).title === "Clash in Notion", 120_000);
    await world.settled();

    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({
      conflicts: [{ pageId, conflicts: [{ field: "title", item: "Clash on GitHub", taken: "notion" }] }],
    });
  });

  test("the losing value of a clash stays shown when our own write comes back, until the title is edited again", async () => {
    world = await createWorld();
    const { pageId, issueId, number } = await linkedPage("Clash");
    world.notion.setWebhooks({ delayMs: 5_000 });

    await world.person.setTitle(pageId, "Clash in Notion");
    await world.person.github(
      `mutation($id: ID!) { updateIssue(input: { id: $id, title: "Clash on GitHub" }) { issue { id } } }`,
      {
        id: issueId,
      },
    );
    await world.until(async () => (await issueNumbered(number)).title === "Clash in Notion", 120_000);
    await world.settled();
    await world.advance(180_000);
    await world.settled();
    expect((await world.call("GET", "status")).body).toMatchObject({
      conflicts: [{ pageId, conflicts: [{ field: "title", item: "Clash on GitHub", taken: "notion" }] }],
    });

    await world.person.setTitle(pageId, "Settled");
    await world.until(async () => (await issueNumbered(number)).title === "Settled", 120_000);
    await world.settled();
    expect((await world.call("GET", "status")).body).toMatchObject({ conflicts: [] });
  });

  test("a page that names an issue which cannot be read makes no second one, and says so", async () => {
    world = await createWorld();
    const pageId = await world.person.createPage({ title: "Names another", status: "Backlog" });
    await world.person.setPage(pageId, { GitHub: { rich_text: [{ text: { content: "acme/widgets#4711" } }] } });

    await world.person.setStatus(pageId, "Ready");
    await world.settled();

    expect(await world.person.issuesTitled("Names another")).toHaveLength(0);
    expect(await world.person.textOf(pageId, "Sync")).toContain("acme/widgets#4711, which cannot be read");
    expect((await world.call("GET", "status")).body).toMatchObject({ failures: [{ pageId, code: "reference_missing" }] });
  });

  test("an edit by another integration is no echo of our own", async () => {
    const bot = {
      id: "b0700000-0000-4000-8000-0000000000ff",
      name: "Another bot",
      type: "bot",
      tokens: ["ntn_another"],
    } as const;
    const seedData = { ...DEMO_SEED, users: [...DEMO_SEED.users, bot] };
    world = await createWorld({ notion: { seedData } });
    await world.advance(65_000); // the tick has learnt by then who the product is
    const { pageId, number } = await linkedPage("Edited by people");
    world.notion.setFaults([{ match: "query", kind: "status", status: 503, times: 1_000_000 }]);
    const properties = { Name: { title: [{ text: { content: "Edited by a bot" } }] } };

    const response = await world.notion.fetch(
      new Request(`http://127.0.0.1:7081/v1/pages/${pageId}`, {
        method: "PATCH",
        headers: { authorization: "Bearer ntn_another", "notion-version": "2026-03-11", "content-type": "application/json" },
        body: JSON.stringify({ properties }),
      }),
    );
    expect(response.status).toBe(200);

    await world.until(async () => (await issueNumbered(number)).title === "Edited by a bot", 120_000);
    world.notion.setFaults([]); // no tick may have come in the meantime
  });

  test("with webhooks off, a page has its issue within one poll interval and 5 s", async () => {
    world = await createWorld({ webhooks: false, moods: {} });
    await world.advance(90_000);

    const startedAt = world.now();
    await world.person.createPage({ title: "Found by the poll", status: "Ready" });
    await world.until(async () => (await world.person.issuesTitled("Found by the poll")).length === 1, 65_000);

    expect(world.now() - startedAt).toBeLessThanOrEqual(65_000);
  });

  test("two deliveries and a poll at the same instant make one issue", async () => {
    world = await createWorld();
    world.notion.setWebhooks({ double: true });
    await world.advance(29_500);

    await world.person.createPage({ title: "Only once", status: "Ready" });
    await Promise.all([
      world.host().fireTimer("poll"),
      world.host().fireTimer("poll"),
      world.until(async () => (await world.person.issuesTitled("Only once")).length > 0),
    ]);
    await world.settled();
    await world.advance(180_000);
    await world.settled();

    expect(await world.person.issuesTitled("Only once")).toHaveLength(1);
  });

  test("a page in the trash is let go, and linked again when it is restored", async () => {
    world = await createWorld();
    const { pageId, number } = await linkedPage("Trash me");

    await world.person.trashPage(pageId);
    await world.settled();
    await world.person.trashPage(pageId, false);
    await world.settled();
    await world.person.setTitle(pageId, "Back again");
    await world.until(async () => (await issueNumbered(number)).title === "Back again", 120_000);
    await world.settled();

    expect(await world.person.issuesTitled("Back again")).toHaveLength(1);
    expect((await issueNumbered(number)).state).toBe("OPEN");
  });
});
