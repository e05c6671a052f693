// What deliveries cost that nobody waits for.
import { afterEach, expect, test } from "vitest";
import { approve, commit, completeCheck, headOf, openPull, pullOf, pushBranch, report, richText } from "../support/branches.ts";
import { setRepository } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { aPull, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const PUSHES = 100;

let world: World;
afterEach(async () => world.close());

test("a push that nobody waits for starts nothing and stores nothing, nor do its checks and reviews", async () => {
  let requests = 0;
  world = await createWorld({
    config: fullConfig(),
    inMemory: true,
    timers: false,
    onRequest: (send) => {
      requests += 1;
      return send();
    },
  });
  // One pair waits to be merged, one for a branch, and one for nothing.
  const waiting = await aPull(world, "waiting", "Waits");
  await aPull(world, "calm", "Is in step");
  setRepository(world, { protection: { reviews: true } });
  await world.person.setStatus(waiting, "Done");
  await untilNotice(world, waiting, /A review is required/);
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
