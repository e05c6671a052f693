import { afterEach, describe, expect, test } from "vitest";
import { makeBoardPair, rest } from "../support/board-pair.ts";
import { fullConfig } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const MINUTES = 180_000; // ms; on a bad day of the platform

async function start(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ config: fullConfig(), ...options });
}

describe("what a person does on the board of a project comes back", () => {
  test("a card that is moved takes the page with it, and the issue is closed", async () => {
    await start();
    const { card, shown, issue } = await makeBoardPair(world, "Moved on the board");

    await card.set("Status", "Done");

    await world.until(async () => (await shown("Status")) === "Done", MINUTES);
    await rest(world);
    expect(await issue()).toMatchObject({ state: "CLOSED", project: { Status: "Done" } });
  });

  test.each([
    ["Estimate", "Estimate", 8, 8],
    ["Iteration", "Sprint", "Sprint 3", "Sprint 3"],
    ["Due", "Due", "2027-01-31", "2027-01-31"],
    ["Estimate", "Estimate", null, null],
  ])("%s that is set is in the page's %s: %s", async (field, property, given, expected) => {
    await start();
    const { card, shown } = await makeBoardPair(world, "Filled on the board");

    await card.set(field, given);

    await world.until(async () => (await shown(property)) === expected, MINUTES);
  });

  test("also what takes the app's own write back before that is remembered", async () => {
    const met: { act?: () => Promise<void>; times: number } = { times: 0 };
    await start({
      async onRequest(send, request) {
        const document = request.url.endsWith("/graphql") ? await request.clone().text() : "";
        const answer = await send();
        if (met.act && met.times === 0 && document.includes("updateProjectV2ItemFieldValue")) {
          met.times += 1;
          await met.act();
          await world.sleep(2_000);
        }
        return answer;
      },
    });
    const { pageId, card, shown, issue } = await makeBoardPair(world, "Taken back");
    met.act = () => card.set("Estimate", 3);

    await world.person.setPage(pageId, { Estimate: { number: 5 } });
    await rest(world);

    expect(met.times).toBe(1);
    expect((await issue()).project).toMatchObject({ Estimate: 3 });
    expect(await shown("Estimate")).toBe(3);
  });

  test("a card that is taken out and put in again is filled from the page", async () => {
    await start();
    const { card, issue, shown } = await makeBoardPair(world, "Out and in");

    await card.takeOut();
    await rest(world);
    expect((await issue()).project).toBeNull();
    expect(await shown("Estimate")).toBe(3);
    await card.putIn();
    await rest(world);

    expect((await issue()).project).toMatchObject({ Status: "Todo", Estimate: 3, Iteration: "Sprint 1", Due: "2026-12-24" });
    expect(await shown("Estimate")).toBe(3);
    expect(await shown("Status")).toBe("Ready");
  });

  test("and so is one that was put in again before the app saw that it was out", async () => {
    await start();
    const { pageId, card, issue, shown } = await makeBoardPair(world, "Out and in at once");
    world.github.setWebhooks({ lose: 1 });
    await card.takeOut();
    await card.putIn();
    world.github.setWebhooks({ lose: 0 });

    await world.person.setTitle(pageId, "Looked at");
    await rest(world);

    expect((await issue()).project).toMatchObject({ Status: "Todo", Estimate: 3, Iteration: "Sprint 1", Due: "2026-12-24" });
    expect(await shown("Estimate")).toBe(3);
  });
});
