import { afterEach, describe, expect, test } from "vitest";
import { actOn, pullOf, pushBranch, richText } from "../support/branches.ts";
import { ask, explain } from "../support/explained.ts";
import { fullConfig } from "../support/full-config.ts";
import { closeIssue, createPlanBoard, linkPages } from "../support/plan-board.ts";
import { callAndWait } from "../support/plans.ts";
import type { PlanSeen } from "../support/plans.ts";
import { aPull, linked, planBranch, untilNotice } from "../support/pull-board.ts";
import { select, severalBoards, teamMapping, WEB_DATA_SOURCE_ID, WEB_REPOSITORY, webMapping } from "../support/several-boards.ts";
import { createWorld, simpleConfig, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const LONG_MS = 3 * 60 * 60_000;

let world: World;
afterEach(async () => world.close());

const toUrl = (pageId: string): string => `https://www.notion.so/acme/A-task-${pageId.replaceAll("-", "")}?pvs=4`;

describe("a page without an item", () => {
  test("whose status the mapping does not know says which it knows, when it is tried next, and what to do", async () => {
    const values = { Ready: { item: "open" }, Done: { item: "closed" } };
    world = await createWorld({ config: simpleConfig({ status: { property: "Status", values } }) });
    const pageId = await world.person.createPage({ title: "Not yet", status: "In Progress" });
    await untilNotice(world, pageId, /is not in mapping/);

    const seen = await explain(world, toUrl(pageId));

    expect(seen).toMatchObject({
      page: pageId,
      item: null,
      mapping: "engineering",
      link: null,
      outcome: { status: "failed", code: "status_unlisted" },
      nextAttemptAt: expect.stringMatching(/^2026-/) as unknown,
      changes: [{ side: "notion", isHeld: false }],
      asked: { notion: "found", github: "notAsked" },
    });
    expect(seen.told).toContain(
      'Its status "In Progress" is not in the mapping, so it makes and changes nothing. Listed are "Ready" and "Done".',
    );
    expect(seen.told).toContain(
      'it failed (status_unlisted): The status "In Progress" is not in mapping "engineering". Choose one of',
    );
    expect(seen.told).toContain("The next try is due at 2026-");
  });

  test("that every filter leaves out says so, and that nothing is meant to happen", async () => {
    const mappings = [teamMapping("core", "Core", "acme/widgets"), teamMapping("web", "Web", WEB_REPOSITORY)];
    world = await createWorld(severalBoards({ mappings }));
    const pageId = await world.person.createPage({ title: "For nobody" });
    await world.person.setPage(pageId, { Team: select("Ops"), Status: { status: { name: "Ready" } } });
    await world.settled();

    const seen = await explain(world, pageId);

    expect(seen).toMatchObject({ mapping: null, link: null, changes: [], next: null });
    expect(seen.steps.slice(1)).toEqual([
      'The filter of mapping "core" leaves it out.',
      'The filter of mapping "web" leaves it out.',
      "It has no item.",
      "No mapping takes the page, so nothing is meant to happen.",
    ]);
  });

  test("that nobody told of yet says what a run would do, and how to have it looked at", async () => {
    ({ world } = await createPlanBoard());
    const pageId = await world.person.createPage({ title: "Just made", status: "Ready" });

    const seen = await explain(world, pageId.replaceAll("-", ""));

    expect(seen.next).toEqual([{ side: "github", kind: "create", field: "item" }]);
    expect(seen.told).toContain("A run would now make an issue in acme/widgets.");
    expect(seen.told).toContain(`POST /api/sync {"pageIds": ["${pageId}"]}`);
  });

  test("that was set to Done before anybody saw it says that there is nothing to close", async () => {
    world = await createWorld();
    const pageId = await world.person.createPage({ title: "Done already", status: "Done" });
    await world.settled();

    expect((await explain(world, pageId)).steps.at(-1)).toBe(
      'A run would write nothing: "Done" means closed, and there is no item to close.',
    );
  });

  test("that waits for its branch says until what, and is tried again", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await planBranch(world, "topic");
    await untilNotice(world, pageId, /Branch "topic"/);

    const waiting = await explain(world, pageId);
    expect(waiting).toMatchObject({ item: null, outcome: { status: "waiting", code: "branch_missing" } });
    expect(waiting.told).toContain("or at the next push, check or review of its branch");
    expect(waiting.told).toContain("make a pull request in acme/widgets, or take the one that is there");

    await pushBranch(world, "topic");
    await linked(world, pageId);
    expect(await explain(world, pageId)).toMatchObject({ outcome: { status: "synced" }, changes: [] });
  });

  test("that names another page's issue says whose it is, and gets one of its own", async () => {
    world = (await createPlanBoard()).world;
    const [pair] = await linkPages(world, ["The original"]);
    const copy = await world.person.createPage({ title: "The copy", status: "Ready" });
    const name = `acme/widgets#${pair?.number ?? 0}`;
    await world.person.setPage(copy, { GitHub: richText(name) });

    const seen = await explain(world, copy);

    expect(seen.told).toContain(
      `The page names ${name}, which belongs to the page ${pair?.pageId ?? ""} of mapping "engineering".`,
    );
    expect(seen.next).toContainEqual({ side: "github", kind: "create", field: "item" });
  });
});

describe("a linked page", () => {
  test("in step says with what it is linked, since when, and that nothing would be written, in two requests and no write", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["In step"]);
    const name = `acme/widgets#${pair?.number ?? 0}`;
    board.sent.clear();

    const byPage = await explain(world, toUrl(pair?.pageId ?? ""));
    expect(board.sent.list().map(({ service, isWrite }) => [service, isWrite])).toEqual([
      ["notion", false],
      ["github", false],
    ]);
    expect(byPage).toMatchObject({
      item: name,
      companion: null,
      link: { state: "linked", syncedAt: expect.stringMatching(/^2026-/) as unknown },
      outcome: { status: "synced" },
      nextAttemptAt: null,
      next: [],
    });
    expect(byPage.steps.at(-1)).toBe("Both sides as they are now agree: a run would write nothing.");

    for (const url of [name, `https://github.com/acme/widgets/issues/${pair?.number ?? 0}#issuecomment-1`]) {
      board.sent.clear();
      const { steps, ...byItem } = await explain(world, url);
      expect(board.sent.list()).toHaveLength(2);
      expect(board.sent.writes()).toBe(0);
      expect(steps).toEqual([`${name} belongs to the page ${pair?.pageId ?? ""}.`, ...byPage.steps]);
      expect(byItem).toMatchObject({ page: pair?.pageId, item: name, outcome: { status: "synced" } });
    }
  });

  test("that failed says by what, and the remedy, and when it is tried again", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Refused"]);
    world.github.setFaults([
      { match: "updateIssue", kind: "status", status: 403, body: { message: "Forbidden by policy" }, times: 1 },
    ]);
    await world.person.setTitle(pair?.pageId ?? "", "Refused at first");
    await world.host().fireTimer("poll");
    await world.settled();

    const seen = await explain(world, pair?.pageId ?? "");

    expect(seen.outcome).toMatchObject({
      status: "failed",
      code: "forbidden",
      remedy: expect.stringMatching(/write access/) as unknown,
      attempts: 1,
    });
    expect(seen.nextAttemptAt).not.toBeNull();
    expect(seen.told).toMatch(/it failed \(forbidden\): .*\. Give the token or GitHub App write access/);
    expect(seen.next).toContainEqual({ side: "github", kind: "update", field: "title" });
  });

  test("whose merge waits says for what, and is found by its pull request", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world, "topic");
    const name = await world.person.textOf(pageId, "GitHub");
    await actOn(world, (await pullOf(world, "topic")).id, "convertPullRequestToDraft");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /still a draft/);

    const seen = await explain(world, `https://github.com/${name.replace("#", "/pull/")}`);

    expect(seen).toMatchObject({ page: pageId, item: name, outcome: { status: "waiting", code: "draft" } });
    expect(seen.told).toContain(`${name} is an open draft pull request.`);
    expect(seen.told).toContain("it had to wait (draft)");
    expect(seen.told).toContain("merge the pull request, if GitHub allows it");
    expect(seen.told).toContain("Fields of the project, parents and the text of the page were not compared for this.");
  });

  test("with a companion is found by it, too", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "hanging");
    const pageId = await world.person.createPage({ title: "Two of them", status: "Ready" });
    await linked(world, pageId);
    await world.person.setPage(pageId, { Branch: richText("hanging") });
    await world.until(async () => (await world.person.textOf(pageId, "GitHub")).includes("PR #"), 180_000);
    await world.settled();
    const [, number = "", hanging = ""] = /#(\d+) · PR #(\d+)/.exec(await world.person.textOf(pageId, "GitHub")) ?? [];

    const seen = await explain(world, `acme/widgets#${hanging}`);

    expect(seen).toMatchObject({ page: pageId, item: `acme/widgets#${number}`, companion: `acme/widgets#${hanging}` });
    expect(seen.steps[0]).toBe(`acme/widgets#${hanging} is the pull request that hangs on the item of the page ${pageId}.`);
  });

  test("of a paused mapping says that what is due waits until it is resumed", async () => {
    const board = await createPlanBoard({ webhooks: true, timers: true });
    world = board.world;
    const [pair] = await linkPages(world, ["Rename me"]);
    await world.call("POST", "mappings/engineering/pause");
    await world.person.setTitle(pair?.pageId ?? "", "Renamed");
    await world.until(async () => (await explain(world, pair?.pageId ?? "")).changes.length > 0, 180_000);

    const seen = await explain(world, pair?.pageId ?? "");

    expect(seen).toMatchObject({ paused: true, changes: [{ side: "notion", isHeld: false }] });
    expect(seen.told).toContain(
      'Mapping "engineering" is paused: changes are stored and wait. POST /api/mappings/engineering/resume goes on.',
    );
    expect(seen.next).toEqual([{ side: "github", kind: "update", field: "title" }]);
  });

  test("with a conflict names the field and whose value stands, and no value", async () => {
    const fields = [{ notion: "Name", github: "title", conflict: "hold" }];
    const board = await createPlanBoard({ config: simpleConfig({ fields }) });
    world = board.world;
    const [pair] = await linkPages(world, ["Agreed upon"]);
    await world.person.setTitle(pair?.pageId ?? "", "Canary of Ada");
    await world.person.github(
      "mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }",
      {
        id: pair?.issueId,
        title: "Canary of Grace",
      },
    );
    await world.call("POST", "sync", { pageIds: [pair?.pageId] });
    await world.settled();

    const seen = await explain(world, pair?.pageId ?? "");

    expect(seen).toMatchObject({ outcome: { status: "conflict" }, conflicts: [{ field: "title", taken: null }] });
    expect(seen.told).toContain('A conflict: "title" differs, and neither side is touched.');
    expect(JSON.stringify(seen)).not.toContain("Canary");
  });

  test("that its mapping's filter leaves out now says that it is synced all the same", async () => {
    world = await createWorld(severalBoards({ mappings: [teamMapping("core", "Core", "acme/widgets")] }));
    const pageId = await world.person.createPage({ title: "Leaves the team" });
    await world.person.setPage(pageId, { Team: select("Core"), Status: { status: { name: "Ready" } } });
    await linked(world, pageId);
    await world.person.setPage(pageId, { Team: select("Ops") });
    await world.advance(120_000);
    await world.settled();

    const { told } = await explain(world, pageId);

    expect(told).toContain('The filter of mapping "core" leaves it out now; it is linked, and is synced as before.');
    expect(told).toContain("A note (unmatched): The filter of mapping");
  });

  test("whose issue was closed, or that was put in the trash, says what a run would do about it", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [closed, trashed] = await linkPages(world, ["Closed", "Trashed"]);
    await closeIssue(world, closed?.issueId ?? "");
    await world.person.trashPage(trashed?.pageId ?? "");

    expect((await explain(world, closed?.pageId ?? "")).told).toContain('A run would now write "status" to Notion.');
    expect((await explain(world, trashed?.pageId ?? "")).told).toContain(
      "A run would now let the item go, because the page is in the trash.",
    );
  });
});

test("what a run would do next is what a plan says of the same pairs", async () => {
  const board = await createPlanBoard();
  world = board.world;
  const [renamed, closed, done] = await linkPages(world, ["Rename me", "Close me", "Finish me", "Leave me"]);
  // Nothing else may be at work on them, which a bad day could see to; nor may an attempt of before still have its time.
  await world.call("POST", "mappings/engineering/pause");
  await world.advance(5 * 60_000);
  await world.person.setTitle(renamed?.pageId ?? "", "Renamed");
  await closeIssue(world, closed?.issueId ?? "");
  await world.person.setStatus(done?.pageId ?? "", "Done");
  const made = await world.person.createPage({ title: "Make me", status: "Ready" });
  const { body } = await callAndWait(world, "POST", "plan", {});
  const { pairs } = body as PlanSeen;

  expect(pairs.map(({ pageId }) => pageId).toSorted()).toEqual([renamed?.pageId, closed?.pageId, done?.pageId, made].toSorted());
  for (const { pageId, effects } of pairs) {
    const { next } = await explain(world, pageId);
    // The plan also foresees that the page will name the issue that is not made yet.
    const planned = pageId === made ? effects.filter(({ side }) => side === "github") : effects;
    expect(next).toEqual(planned.map(({ side, kind, field }) => ({ side, kind, field })));
  }
});

test("a page that a guard holds names the hold, and how to confirm it", async () => {
  world = await createWorld({ config: simpleConfig({ limits: { creates: 1 } }) });
  const pageIds: string[] = [];
  for (const title of ["First", "Second", "Third"]) pageIds.push(await world.person.createPage({ title, status: "Ready" }));
  await world.advance(3 * 60_000);
  await world.settled(LONG_MS);
  const all = [];
  for (const pageId of pageIds) all.push(await explain(world, pageId));
  const held = all.filter(({ outcome }) => outcome?.status === "held");

  expect(held).toHaveLength(2);
  for (const seen of held) {
    expect(seen).toMatchObject({
      item: null,
      holds: [{ id: "creates-engineering" }],
      changes: [{ isHeld: true }],
      nextAttemptAt: null,
    });
    expect(seen.told).toContain('It is held by "creates-engineering": More than 1 issues and pull requests would be made');
    expect(seen.told).toContain('POST /api/sync {"confirm": "creates-engineering"}');
  }

  await world.call("POST", "sync", { confirm: "creates-engineering" });
  await world.settled(LONG_MS);
  for (const { page } of held) expect(await explain(world, page ?? "")).toMatchObject({ link: { state: "linked" }, holds: [] });
});

describe("an item", () => {
  test("of another mapping is told with its own page and mapping", async () => {
    world = await createWorld(severalBoards({ mappings: [simpleMapping(), webMapping()] }));
    const pageId = await world.person.createPage({ title: "On the web", status: "Ready", dataSourceId: WEB_DATA_SOURCE_ID });
    await linked(world, pageId);

    expect(await explain(world, await world.person.textOf(pageId, "GitHub"))).toMatchObject({ page: pageId, mapping: "web" });
  });

  test("that people opened has no page, and the answer says how it gets one", async () => {
    world = await createWorld();

    const seen = await explain(world, "https://github.com/acme/widgets/issues/1");

    expect(seen).toMatchObject({ page: null, item: "acme/widgets#1", mapping: null, link: null, asked: { github: "found" } });
    expect(seen.told).toContain('The repository acme/widgets is mapped by "engineering".');
    expect(seen.told).toContain('write acme/widgets#1 into the "GitHub" property of a page that has no item');
  });

  test("that carries the marker of a page that is linked elsewhere names that page", async () => {
    world = (await createPlanBoard()).world;
    const [pair] = await linkPages(world, ["The original"]);
    const [original] = await world.person.issuesTitled("The original");
    await world.person.github(
      "mutation($id: ID!, $body: String!) { updateIssue(input: { id: $id, body: $body }) { issue { id } } }",
      {
        id: (await world.person.issues()).find(({ number }) => number === 1)?.id,
        body: original?.body,
      },
    );

    expect((await explain(world, "acme/widgets#1")).told).toContain(
      `Its text carries the marker of the page ${pair?.pageId ?? ""}: ask about that page, too.`,
    );
  });

  test("of a repository that no mapping has says that", async () => {
    const config = simpleConfig();
    world = await createWorld(severalBoards(config));
    await world.person.github(
      'mutation($id: ID!) { createIssue(input: { repositoryId: $id, title: "Foreign" }) { issue { number } } }',
      { id: await repositoryId(WEB_REPOSITORY) },
    );

    const seen = await explain(world, `${WEB_REPOSITORY}#1`);

    expect(seen.told).toContain(`No mapping has the repository ${WEB_REPOSITORY}.`);
    expect(seen.told).not.toContain('"GitHub" property');
  });
});

describe("a service that is down", () => {
  test("is named with its error, and what is remembered is told all the same, also of an issue's address", async () => {
    const down = new Set<string>();
    const board = await createPlanBoard({}, async (send, request) =>
      down.has(new URL(request.url).port) ? Response.json({ message: "down" }, { status: 503 }) : send(),
    );
    world = board.world;
    const [pair] = await linkPages(world, ["Remembered"]);
    const name = `acme/widgets#${pair?.number ?? 0}`;
    down.add("7081");
    down.add("7082");

    for (const url of [pair?.pageId ?? "", name, `https://github.com/acme/widgets/issues/${pair?.number ?? 0}`]) {
      board.sent.clear();
      const seen = await explain(world, url);
      expect(seen).toMatchObject({
        page: pair?.pageId,
        item: name,
        mapping: "engineering",
        link: { state: "linked" },
        outcome: { status: "synced" },
        next: null,
        asked: { notion: "unavailable", github: "unavailable" },
      });
      expect(seen.told).toContain("Notion cannot be asked now (unavailable), so this is what is remembered:");
      expect(seen.told).toContain("GitHub cannot be asked now (unavailable), so this is what is remembered:");
      expect(board.sent.list()).toHaveLength(2);
    }
    // Of what is in no table nothing is known, which is not the same as that there is nothing.
    expect(await explain(world, "acme/widgets#999")).toMatchObject({ page: null, asked: { github: "unavailable" } });
    expect(await explain(world, "00000000-0000-4000-8000-000000000000")).toMatchObject({ mapping: null, link: null });
  });

  test("keeps nobody from the other one", async () => {
    let isDown = false;
    const board = await createPlanBoard({}, async (send, request) => {
      if (isDown && new URL(request.url).port === "7082") throw new TypeError("fetch failed");
      return send();
    });
    world = board.world;
    const [pair] = await linkPages(world, ["Half"]);
    isDown = true;

    const seen = await explain(world, pair?.pageId ?? "");

    expect(seen).toMatchObject({ asked: { notion: "found", github: "unavailable" }, next: null });
    expect(seen.told).toContain('Its status "Ready" means an open item');
  });
});

describe("what names nothing", () => {
  test.each(["", "nothing", "https://example.com/", "acme/widgets", "https://github.com/acme/widgets"])(
    "is 400, and the answer says what is taken (%j)",
    async (url) => {
      world = await createWorld({ timers: false });
      const { status, body } = await ask(world, url);

      expect(status).toBe(400);
      expect(body).toMatchObject({ status: 400, detail: expect.stringContaining("owner/name#12") as unknown });
      expect((await world.call("GET", "explain")).status).toBe(400);
    },
  );

  test("and what nobody knows is 404, and the answer says where it was looked for", async () => {
    world = await createWorld({ timers: false });

    expect(await ask(world, "00000000-0000-4000-8000-000000000000")).toMatchObject({
      status: 404,
      body: {
        detail: expect.stringMatching(
          /^Notion does not find the page 00000000-.*no link, change or failure.*"engineering"/,
        ) as unknown,
      },
    });
    for (const url of ["acme/widgets#999", "https://github.com/acme/nowhere/issues/1"]) {
      expect(await ask(world, url)).toMatchObject({
        status: 404,
        body: { detail: expect.stringMatching(/^GitHub does not find acme\/.*no link of "engineering" names it/) as unknown },
      });
    }
  });
});

test("an issue that was transferred and is not followed yet is found by its former address, which leads to its page", async () => {
  world = (await createPlanBoard(severalBoards(simpleConfig()))).world;
  const [pair] = await linkPages(world, ["Goes elsewhere"]);
  await world.person.github(
    "mutation($issueId: ID!, $repositoryId: ID!) { transferIssue(input: { issueId: $issueId, repositoryId: $repositoryId }) { issue { id } } }",
    { issueId: pair?.issueId, repositoryId: await repositoryId(WEB_REPOSITORY) },
  );
  const former = `acme/widgets#${pair?.number ?? 0}`;

  const seen = await explain(world, `https://github.com/${former.replace("#", "/issues/")}`);

  expect(seen).toMatchObject({ page: pair?.pageId, item: former, next: null });
  expect(seen.steps[0]).toBe(`${WEB_REPOSITORY}#1 belongs to the page ${pair?.pageId ?? ""}.`);
  expect(seen.told).toContain(`GitHub does not find ${former}: it is deleted, transferred`);
});

test("an issue that was deleted is found by its name in the links", async () => {
  const board = await createPlanBoard();
  world = board.world;
  const [pair] = await linkPages(world, ["Deleted"]);
  await world.person.github("mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }", {
    id: pair?.issueId,
  });

  const seen = await explain(world, `acme/widgets#${pair?.number ?? 0}`);

  expect(seen).toMatchObject({ page: pair?.pageId, asked: { github: "missing" } });
  expect(seen.told).toContain("it is deleted, transferred, or out of the token's reach");
});

test("the links of a mapping that was removed are told as unused", async () => {
  world = await createWorld(severalBoards({ mappings: [simpleMapping(), webMapping()] }));
  const pageId = await world.person.createPage({ title: "Left behind", status: "Ready", dataSourceId: WEB_DATA_SOURCE_ID });
  await linked(world, pageId);
  await world.restartWith({ mappings: [simpleMapping()] });

  const seen = await explain(world, pageId);

  expect(seen).toMatchObject({ mapping: "web", link: { state: "linked" } });
  expect(seen.told).toContain(
    'The page belongs to mapping "web", which the configuration has no more: its link there stays and is not used.',
  );
  expect(seen.told).toContain("which no mapping has: nothing is synced from there.");

  // As when somebody renames a mapping and does not say so.
  await world.restartWith({ mappings: [simpleMapping(), webMapping({ name: "website" })] });
  await world.person.setTitle(pageId, "Left behind, edited");
  await world.advance(120_000);
  await world.settled();
  const renamed = await explain(world, pageId);
  expect(renamed).toMatchObject({ mapping: "website", link: null, next: null });
  expect(renamed.told).toContain('If that mapping was renamed, name it in "previousName".');
  expect(renamed.outcome).toMatchObject({ status: "failed", code: "claimed" });
});

test("no title and no text is in an answer or the log", async () => {
  world = await createWorld({ config: fullConfig() });
  const pageId = await world.person.createPage({ title: "Canary title", status: "Ready" });
  await linked(world, pageId);
  await world.person.setTitle(pageId, "Canary title, edited");

  const answers = [await explain(world, pageId), await explain(world, await world.person.textOf(pageId, "GitHub"))];

  expect(JSON.stringify(answers)).not.toContain("Canary");
  expect(JSON.stringify(world.log)).not.toContain("Canary");
});

async function repositoryId(repository: string): Promise<string> {
  const [owner, name] = repository.split("/");
  const answer = await world.person.github<{ readonly repository: { readonly id: string } }>(
    "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }",
    { owner, name },
  );
  return answer.repository.id;
}
