import { afterEach, describe, expect, test } from "vitest";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import {
  issuesOf,
  select,
  severalBoards,
  statusOf,
  teamMapping,
  WEB_DATA_SOURCE_ID,
  WEB_REPOSITORY,
  webMapping,
} from "../support/several-boards.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const TEAMS = { mappings: [teamMapping("core", "Core", "acme/widgets"), teamMapping("web", "Web", WEB_REPOSITORY)] };
const titles = async (repository: string): Promise<readonly string[]> =>
  (await issuesOf(world, repository)).map((issue) => issue.title);

async function makePage(title: string, properties: Readonly<Record<string, unknown>>, dataSourceId = DEMO_DATA_SOURCE_ID) {
  const pageId = await world.person.createPage({ title, dataSourceId });
  await world.person.setPage(pageId, { ...properties, Status: { status: { name: "Ready" } } });
  return pageId;
}

async function reference(pageId: string): Promise<string> {
  return world.person.textOf(pageId, "GitHub");
}

describe("routing by filter", () => {
  test.each([{ webhooks: true }, { webhooks: false }])(
    "two mappings of one data source take their own pages, and leave others alone (%o)",
    async ({ webhooks }) => {
      world = await createWorld(severalBoards(TEAMS, { webhooks }));
      await makePage("For core", { Team: select("Core") });
      await makePage("For web", { Team: select("Web") });
      const stray = await makePage("For nobody", { Team: select("Ops") });
      await world.until(async () => (await titles(WEB_REPOSITORY)).length > 0, 180_000);
      await world.advance(180_000);
      await world.settled();

      expect(await titles(WEB_REPOSITORY)).toEqual(["For web"]);
      const core = await titles("acme/widgets");
      expect(core).toContain("For core");
      expect(core).not.toContain("For web");
      expect(core).not.toContain("For nobody");
      expect(await reference(stray)).toBe("");
      expect((await statusOf(world)).failures).toEqual([]);
    },
  );

  test("a page that another mapping's filter takes up later is made there, once", async () => {
    world = await createWorld(severalBoards(TEAMS));
    const pageId = await makePage("Changes its mind", { Team: select("Ops") });
    await world.advance(120_000);
    await world.person.setPage(pageId, { Team: select("Web") });
    await world.advance(120_000);
    await world.settled();

    expect(await titles(WEB_REPOSITORY)).toEqual(["Changes its mind"]);
    expect(await titles("acme/widgets")).not.toContain("Changes its mind");
  });

  test("a linked page that stops matching keeps its issue, goes on being synced, and status says so until it matches again", async () => {
    world = await createWorld(severalBoards(TEAMS));
    const pageId = await makePage("Leaves the team", { Team: select("Core") });
    await world.until(async () => (await reference(pageId)) !== "", 120_000);
    await world.settled();

    await world.person.setPage(pageId, { Team: select("Web") });
    await world.advance(120_000);
    await world.person.setTitle(pageId, "Left the team");
    await world.advance(120_000);
    await world.settled();
    expect(await titles(WEB_REPOSITORY)).toEqual([]);
    expect(await titles("acme/widgets")).toContain("Left the team");
    expect((await statusOf(world)).notes).toMatchObject([{ mapping: "core", pageId, code: "unmatched" }]);

    await world.person.setPage(pageId, { Team: select("Core") });
    await world.advance(120_000);
    await world.settled();
    expect((await statusOf(world)).notes).toEqual([]);
  });

  test("a page whose property the filter cannot read fails and says why, and no issue is made", async () => {
    const [core] = TEAMS.mappings;
    const notion = { ...(core?.["notion"] as object), filter: { property: "Squad", select: { equals: "Core" } } };
    world = await createWorld(severalBoards({ mappings: [{ ...core, notion }] }));
    const pageId = await makePage("Which squad?", {});
    await world.until(async () => (await statusOf(world)).failures.length > 0, 120_000);
    await world.settled();

    const [failure] = (await statusOf(world)).failures;
    expect(failure).toMatchObject({ pageId, code: "filter_unclear" });
    expect(failure?.reason).toContain('"Squad"');
    expect(await world.person.textOf(pageId, "Sync")).toContain('"Squad"');
    expect(await titles("acme/widgets")).not.toContain("Which squad?");
  });

  test("a page moved to another mapped data source takes its issue along, and nothing is made twice", async () => {
    world = await createWorld(severalBoards({ mappings: [simpleMapping(), webMapping()] }));
    const pageId = await makePage("Moves house", {});
    await world.until(async () => (await reference(pageId)) !== "", 120_000);
    await world.settled();

    await movePage(pageId, WEB_DATA_SOURCE_ID);
    await world.advance(180_000);
    await world.settled();
    await world.person.setTitle(pageId, "Has moved house");
    await world.advance(120_000);
    await world.settled();

    expect(await titles(WEB_REPOSITORY)).toEqual([]);
    expect((await titles("acme/widgets")).filter((title) => title.includes("house"))).toEqual(["Has moved house"]);
    expect((await statusOf(world)).mappings).toMatchObject([
      { name: "engineering", links: 0 },
      { name: "web", links: 1 },
    ]);
  });

  test("a page moved out of every mapped data source is let go, and its issue stays open", async () => {
    world = await createWorld(severalBoards({ mappings: [simpleMapping({ onTrash: "close" })] }));
    const pageId = await makePage("Moves out", {});
    await world.until(async () => (await reference(pageId)) !== "", 120_000);
    await world.settled();

    await movePage(pageId, WEB_DATA_SOURCE_ID);
    await world.advance(180_000);
    await world.settled();
    expect((await statusOf(world)).mappings).toMatchObject([{ links: 0, pendingChanges: 0 }]);
    expect(await issuesOf(world, "acme/widgets")).toContainEqual(expect.objectContaining({ title: "Moves out", state: "OPEN" }));
  });
});

describe("routing by repository", () => {
  const BY_REPOSITORY = {
    mappings: [
      simpleMapping({
        github: {
          repository: "acme/widgets",
          repositoryProperty: { property: "Repo", values: { Web: WEB_REPOSITORY, Widgets: "acme/widgets" } },
        },
      }),
    ],
  };

  test("an empty property means the mapping's repository, a listed value its own, and an unlisted one is said on the page", async () => {
    world = await createWorld(severalBoards(BY_REPOSITORY));
    await makePage("No choice", {});
    await makePage("In the web", { Repo: select("Web") });
    const attic = await makePage("In the attic", { Repo: select("Attic") });
    await world.until(async () => (await statusOf(world)).failures.length > 0, 120_000);
    await world.advance(60_000);
    await world.settled();

    expect(await titles(WEB_REPOSITORY)).toEqual(["In the web"]);
    expect(await titles("acme/widgets")).toContain("No choice");
    expect((await statusOf(world)).failures).toMatchObject([{ pageId: attic, code: "repository_unlisted" }]);
    expect(await world.person.textOf(attic, "Sync")).toContain('"Attic"');

    await world.person.setPage(attic, { Repo: select("Web") });
    await world.advance(120_000);
    await world.settled();
    expect(await titles(WEB_REPOSITORY)).toContain("In the attic");
    expect(await world.person.textOf(attic, "Sync")).toBe("");
  });

  test("what happens in a repository that only a value names comes back by polling", async () => {
    world = await createWorld(severalBoards(BY_REPOSITORY, { webhooks: false }));
    const pageId = await makePage("Closed over there", { Repo: select("Web") });
    await world.until(async () => (await reference(pageId)) !== "", 180_000);
    await world.settled();
    const { id } = await issueIn(WEB_REPOSITORY, 1);
    await world.person.github("mutation($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }", { id });
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Done", 300_000);
  });

  test("a linked page that names another repository keeps its issue, and status says so", async () => {
    world = await createWorld(severalBoards(BY_REPOSITORY));
    const pageId = await makePage("Wants to move", { Repo: select("Widgets") });
    await world.until(async () => (await reference(pageId)) !== "", 120_000);
    await world.settled();
    await world.person.setPage(pageId, { Repo: select("Web") });
    await world.advance(120_000);
    await world.settled();

    expect(await titles(WEB_REPOSITORY)).toEqual([]);
    expect((await statusOf(world)).notes).toMatchObject([{ pageId, code: "other_repository" }]);
    expect((await statusOf(world)).notes[0]?.reason).toContain(WEB_REPOSITORY);
  });
});

async function movePage(pageId: string, dataSourceId: string): Promise<void> {
  await world.person.movePage(pageId, dataSourceId);
}

async function issueIn(repository: string, number: number): Promise<{ readonly id: string }> {
  const [owner, name] = repository.split("/");
  const answer = await world.person.github<{ readonly repository: { readonly issue: { readonly id: string } } }>(
    "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { issue(number: $number) { id } } }",
    { owner, name, number },
  );
  return answer.repository.issue;
}
