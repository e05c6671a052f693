import { afterEach, expect, test } from "vitest";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

test("a pair whose title two automations keep turning round is stopped, reported, and tried again after an hour", async () => {
  world = await createWorld();
  const pageId = await world.person.createPage({ title: "Round 0", status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 120_000);
  await world.settled();
  const [issue] = await world.person.issuesTitled("Round 0");
  const rename = (title: string) =>
    world.person.github(
      `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`,
      {
        id: issue?.id,
        title,
      },
    );
  const turn = async (round: number): Promise<void> => {
    await (round % 2 === 0 ? rename(`Round ${round}`) : world.person.setTitle(pageId, `Round ${round}`));
    await world.settled();
  };

  for (let round = 1; round <= 11; round += 1) await turn(round);
  expect(await world.person.issuesTitled("Round 11")).toHaveLength(1);
  expect((await world.call("GET", "status")).body).toMatchObject({ failures: [] });

  for (let round = 12; round <= 15; round += 1) await turn(round);
  expect((await world.call("GET", "status")).body).toMatchObject({ failures: [{ pageId, code: "flipping" }] });
  expect(await world.person.textOf(pageId, "Sync")).toContain("keep flipping");
  expect(await world.person.issuesTitled("Round 15")).toHaveLength(0);

  await world.advance(3 * 60 * 60_000);
  await world.settled();
  expect(await world.person.issuesTitled("Round 15")).toHaveLength(1);
  expect(await world.person.textOf(pageId, "Sync")).toBe("");
});
