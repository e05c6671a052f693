// What deliveries cost that nobody waits for.
import { afterEach, expect, test } from "vitest";
import { approve, commit, completeCheck, headOf, openPull, pullOf, pushBranch, report, richText } from "../support/branches.ts";
import { setRepository } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { aPull, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const PUSHES = 50;

let world: World;
afterEach(async () => world.close());

/** Makes a pull request one of a fork, whose branch is called as one of the repository. */
function moveToFork(branch: string, name: string): void {
  const { store } = world.github;
  const fork = store.findRepository("ada", "widgets");
  const repositoryId = store.findRepository("acme", "widgets")?.id ?? "";
  const pull = store.children("PullRequest", repositoryId).find(({ headRefName }) => headRefName === branch);
  const head = store.children("Commit", repositoryId).find(({ oid }) => oid === pull?.headRefOid);
  if (!fork || !pull || !head) throw new Error(`There is no pull request of "${branch}", or no fork.`);
  store.put({ ...head, id: store.ids.nodeId("Commit", `${fork.id}:${head.oid}`), repositoryId: fork.id });
  store.put({ ...pull, headRepositoryId: fork.id, headRefName: name });
}

test("a push that nobody waits for starts nothing and stores nothing, nor do its checks and reviews", async () => {
  let requests = 0;
  world = await createWorld({
    config: fullConfig(),
    inMemory: true,
    timers: false,
    github: { seedData: { repositories: [{ nameWithOwner: "ada/widgets" }] } },
    onRequest: (send) => {
      requests += 1;
      return send();
    },
  });
  // Two pairs wait to be merged, one of them from a fork, one waits for a branch, and one for nothing.
  const waiting = [await aPull(world, "waiting", "Waits"), await aPull(world, "forked", "Waits, too")];
  await aPull(world, "calm", "Is in step");
  setRepository(world, { protection: { reviews: true } });
  moveToFork("forked", "main");
  for (const pageId of waiting) await world.person.setStatus(pageId, "Done");
  for (const pageId of waiting) await untilNotice(world, pageId, /A review is required/);
  const page = await world.person.createPage({ title: "Later", status: "Backlog" });
  await world.person.setPage(page, { Branch: richText("later"), Status: { status: { name: "Ready" } } });
  await untilNotice(world, page, /is not in acme\/widgets/);
  await pushBranch(world, "busy");
  await openPull(world, "busy");
  await world.settled();
  const before = world.memory?.dump();
  const delivered = world.deliveries.length;
  world.host().clearStats();
  requests = 0;

  for (let index = 0; index < PUSHES; index += 1) {
    for (const branch of ["busy", "calm", "main"]) await commit(world, branch, `${branch}-${index}.txt`);
    await report(world, headOf(world, "busy"), "success");
    await completeCheck(world, headOf(world, "busy"), "success");
    await completeCheck(world, headOf(world, "calm"), "success");
  }
  await approve(world, (await pullOf(world, "calm")).id);
  await world.settled();

  expect(world.deliveries.length - delivered).toBeGreaterThan(6 * PUSHES);
  const { executions, orchestrations } = world.host().stats();
  expect(Object.keys(executions).filter((name) => !["githubWebhook", "status"].includes(name))).toEqual([]);
  expect(orchestrations).toBe(0);
  expect(requests).toBe(0);
  expect(world.memory?.dump()).toEqual(before);
});
