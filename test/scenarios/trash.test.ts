import { afterEach, describe, expect, test } from "vitest";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { issuesOf, severalBoards, statusOf, WEB_REPOSITORY } from "../support/several-boards.ts";
import { createWorld, simpleConfig } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const gone = new Set<string>();

/** Answers as Notion does for what is not shared, to the product only. */
const onRequest = async (send: () => Promise<Response>, request: Request): Promise<Response> => {
  const path = new URL(request.url).pathname;
  if (![...gone].some((id) => path.includes(id))) return send();
  const body = { object: "error", status: 404, code: "object_not_found", message: "Could not find it.", request_id: "r" };
  return Response.json(body, { status: 404 });
};

async function linkedPage(title: string): Promise<{ readonly pageId: string; readonly issueId: string }> {
  const pageId = await world.person.createPage({ title, status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 120_000);
  await world.settled();
  const [issue] = await world.person.issuesTitled(title);
  return { pageId, issueId: issue?.id ?? "" };
}

async function start(config: unknown = simpleConfig(), options: WorldOptions = {}): Promise<void> {
  gone.clear();
  world = await createWorld({ config, onRequest, ...options });
}

const links = async (): Promise<number> => (await statusOf(world)).mappings[0]?.links ?? -1;
const issueTitled = async (title: string) => (await world.person.issuesTitled(title))[0];

describe("the trash", () => {
  test("a page put in the trash lets its issue go, which stays open, and takes it up again when it is restored", async () => {
    await start();
    const { pageId } = await linkedPage("Comes back");
    await world.person.trashPage(pageId);
    await world.advance(60_000);
    await world.settled();
    expect(await links()).toBe(0);
    expect(await issueTitled("Comes back")).toMatchObject({ state: "OPEN" });

    await world.person.trashPage(pageId, false);
    await world.advance(60_000);
    await world.person.setTitle(pageId, "Came back");
    await world.advance(60_000);
    await world.settled();
    expect(await links()).toBe(1);
    expect(await world.person.issuesTitled("Comes back")).toEqual([]);
    expect(await world.person.issuesTitled("Came back")).toHaveLength(1);
  });

  test("with onTrash close the issue is closed as not planned, and reopened when the page is restored", async () => {
    await start(simpleConfig({ onTrash: "close" }));
    const { pageId } = await linkedPage("Thrown away");
    await world.person.trashPage(pageId);
    await world.advance(60_000);
    await world.settled();
    expect(await issueTitled("Thrown away")).toMatchObject({ state: "CLOSED", stateReason: "NOT_PLANNED" });
    expect(await links()).toBe(0);

    await world.person.trashPage(pageId, false);
    await world.advance(60_000);
    await world.settled();
    expect(await issueTitled("Thrown away")).toMatchObject({ state: "OPEN" });
    expect(await world.person.issuesTitled("Thrown away")).toHaveLength(1);
  });

  test("while GitHub does not close the issue, the link stays and the closing is tried again", async () => {
    await start(simpleConfig({ onTrash: "close" }));
    const { pageId } = await linkedPage("Sticky");
    await putFaults(world, [{ match: "closeIssue", kind: "status", status: 502, times: 2 }]);
    await world.person.trashPage(pageId);
    await world.until(async () => (await issueTitled("Sticky"))?.state === "CLOSED", 600_000);
    await world.settled();
    expect(await links()).toBe(0);
  });
});

describe("pages that are not found", () => {
  test("a page that is unshared is asked for twice, ten minutes apart, and then let go; its issue stays", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("Unshared");
    gone.add(pageId);
    await touch(issueId, "Unshared too");
    await world.advance(60_000);
    expect(await links()).toBe(1);
    expect((await statusOf(world)).failures).toMatchObject([{ pageId, code: "page_missing" }]);

    await world.advance(8 * 60_000);
    expect(await links()).toBe(1);
    await world.advance(4 * 60_000);
    await world.settled();
    expect(await links()).toBe(0);
    expect((await statusOf(world)).failures).toEqual([]);
    expect(await issueTitled("Unshared too")).toMatchObject({ state: "OPEN" });
  });

  test("a page that is found again at the second look keeps its link", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("Hiccup");
    gone.add(pageId);
    await touch(issueId, "Hiccup over");
    await world.advance(60_000);
    gone.clear();
    await world.advance(15 * 60_000);
    await world.settled();
    expect(await links()).toBe(1);
    expect(await world.person.textOf(pageId, "Name")).toBe("Hiccup over");
    expect((await statusOf(world)).failures).toEqual([]);
  });

  test("nothing is concluded while the data source itself cannot be read, and the reason is said", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("All gone");
    gone.add(pageId);
    gone.add(DEMO_DATA_SOURCE_ID);
    await touch(issueId, "All gone?");
    await world.advance(45 * 60_000);
    expect(await links()).toBe(1);
    expect((await statusOf(world)).failures).toMatchObject([{ pageId, code: "data_source_unreadable" }]);

    gone.clear();
    await world.advance(65 * 60_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "Name")).toBe("All gone?");
    expect((await statusOf(world)).failures).toEqual([]);
  });

  test("a page that only a query leaves out keeps its link for good", async () => {
    await start();
    const { pageId } = await linkedPage("Left out");
    await putNotionFaults(world, [{ match: "/query", kind: "staleList", ageMs: 10 * 60_000, times: 60 }]);
    await world.advance(30 * 60_000);
    expect(await links()).toBe(1);
    expect(await world.person.textOf(pageId, "GitHub")).not.toBe("");
  });
});

describe("items that are not found", () => {
  test("a transferred issue is followed into its new repository, and nothing is made anew", async () => {
    await start(undefined, severalBoards(simpleConfig()));
    const { pageId, issueId } = await linkedPage("Goes elsewhere");
    const { repository } = await world.person.github<{ readonly repository: { readonly id: string } }>(
      'query { repository(owner: "acme", name: "web") { id } }',
    );
    await world.person.github(
      "mutation($issueId: ID!, $repositoryId: ID!) { transferIssue(input: { issueId: $issueId, repositoryId: $repositoryId }) { issue { id } } }",
      { issueId, repositoryId: repository.id },
    );
    await world.advance(120_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "GitHub")).toBe(`${WEB_REPOSITORY}#1`);

    await world.person.setTitle(pageId, "Went elsewhere");
    await world.advance(60_000);
    await world.settled();
    expect(await issuesOf(world, WEB_REPOSITORY)).toMatchObject([{ title: "Went elsewhere" }]);
    expect(await world.person.issuesTitled("Went elsewhere")).toEqual([]);
    expect((await statusOf(world)).failures).toEqual([]);
  });

  test("a deleted issue is looked for twice, ten minutes apart; then the pair fails, says so on the page, and keeps its link", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("Deleted there");
    await world.person.github("mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { id } } }", {
      id: issueId,
    });
    await world.advance(60_000);
    expect((await statusOf(world)).failures).toMatchObject([{ pageId, code: "item_missing" }]);
    expect(await world.person.textOf(pageId, "Sync")).toBe("");
    await world.advance(12 * 60_000);
    expect(await world.person.textOf(pageId, "Sync")).toContain("cannot be read");
    expect(await links()).toBe(1);
    expect(await world.person.issuesTitled("Deleted there")).toEqual([]);
  });
});

describe("duplicated pages", () => {
  /** As Notion's Duplicate does: all properties are copied, the "GitHub" value too. */
  async function duplicate(pageId: string, title: string, status = "Ready"): Promise<string> {
    const reference = await world.person.textOf(pageId, "GitHub");
    const copy = await world.person.createPage({ title, status: "Backlog" });
    await world.person.setPage(copy, {
      GitHub: { rich_text: [{ text: { content: reference } }] },
      Status: { status: { name: status } },
    });
    return copy;
  }

  test("the copy of a linked page gets an issue of its own, and the original keeps its", async () => {
    await start();
    const { pageId } = await linkedPage("Original");
    const before = await world.person.textOf(pageId, "GitHub");
    const copy = await duplicate(pageId, "Copy");
    await world.advance(120_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "GitHub")).toBe(before);
    expect(await world.person.textOf(copy, "GitHub")).not.toBe(before);
    expect(await world.person.issuesTitled("Original")).toHaveLength(1);
    expect(await world.person.issuesTitled("Copy")).toHaveLength(1);
  });

  test("the copy of a page in the trash does not take its issue, which the original has back when it is restored", async () => {
    await start();
    const { pageId } = await linkedPage("Restored");
    const before = await world.person.textOf(pageId, "GitHub");
    await world.person.trashPage(pageId);
    await world.advance(60_000);
    await world.settled();
    const copy = await duplicate(pageId, "Copy of the trashed");
    await world.advance(120_000);
    await world.person.trashPage(pageId, false);
    await world.advance(120_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "GitHub")).toBe(before);
    expect(await world.person.textOf(copy, "GitHub")).not.toBe(before);
    expect(await links()).toBe(2);
  });

  test("when the original and its copy arrive at once and no link is known, the marker decides", async () => {
    await start(simpleConfig(), { inMemory: true });
    const { pageId } = await linkedPage("Twice");
    const before = await world.person.textOf(pageId, "GitHub");
    world.kill();
    const copy = await duplicate(pageId, "Twice, the copy");
    await world.person.setTitle(pageId, "Once");
    for (const { partitionKey, rowKey } of world.memory?.dump() ?? []) await world.table.remove(partitionKey, rowKey);
    await world.start();
    await world.advance(180_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "GitHub")).toBe(before);
    expect(await world.person.textOf(copy, "GitHub")).not.toBe(before);
    expect(await world.person.issuesTitled("Once")).toHaveLength(1);
    expect(await world.person.issuesTitled("Twice, the copy")).toHaveLength(1);
  });

  test("two copies that name one issue without a marker: one takes it, the other gets an issue of its own", async () => {
    await start();
    const [seeded] = await world.person.issues();
    const named = `acme/widgets#${seeded?.number}`;
    const pages: string[] = [];
    for (const title of ["First of two", "Second of two"]) {
      const pageId = await world.person.createPage({ title, status: "Backlog" });
      await world.person.setPage(pageId, {
        GitHub: { rich_text: [{ text: { content: named } }] },
        Status: { status: { name: "Ready" } },
      });
      pages.push(pageId);
    }
    await world.advance(300_000);
    await world.settled();
    const references = await Promise.all(pages.map((pageId) => world.person.textOf(pageId, "GitHub")));
    expect(references.filter((reference) => reference === named)).toHaveLength(1);
    expect(new Set(references).size).toBe(2);
    expect((await statusOf(world)).failures).toEqual([]);
  });
});

async function touch(issueId: string, title: string): Promise<void> {
  await world.person.github(
    "mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }",
    {
      id: issueId,
      title,
    },
  );
}

async function putFaults({ github }: World, faults: readonly object[]): Promise<void> {
  await github.fetch(new Request("http://127.0.0.1:7082/__sim/faults", { method: "PUT", body: JSON.stringify(faults) }));
}

async function putNotionFaults({ notion }: World, faults: readonly object[]): Promise<void> {
  await notion.fetch(new Request("http://127.0.0.1:7081/__sim/faults", { method: "PUT", body: JSON.stringify(faults) }));
}
