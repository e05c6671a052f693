import { afterEach, expect, test } from "vitest";
import type { GithubSeed } from "../../local/github-api/seed.ts";
import { DEMO_SEED } from "../../local/notion-api/seed.ts";
import { fullConfig } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const CREW = Array.from({ length: 11 }, (_, index) => {
  const name = `crew${String(index + 1).padStart(2, "0")}`;
  return {
    id: `5eaf00d0-0000-4000-8000-0000000000${name.slice(-2)}`,
    name,
    type: "person" as const,
    email: `${name}@example.com`,
  };
});
const LOGINS = CREW.map(({ name }) => name);

const GITHUB: GithubSeed = {
  users: LOGINS.map((login) => ({ login })),
  repositories: [
    {
      nameWithOwner: "acme/crowd",
      collaborators: {
        ada: "ADMIN",
        "sync-bot": "WRITE",
        ...Object.fromEntries(LOGINS.map((login) => [login, "WRITE"] as const)),
      },
    },
  ],
};

/** A board on which eleven people may be assigned. */
const aCrowd = (): Promise<World> =>
  createWorld({
    config: fullConfig({
      github: { repository: "acme/crowd", project: { owner: "acme", number: 1 } },
      people: Object.fromEntries(CREW.map(({ email, name }) => [email, name])),
    }),
    notion: { seedData: { ...DEMO_SEED, users: [...DEMO_SEED.users, ...CREW] } },
    github: { seedData: GITHUB },
  });

const owners = (crew: typeof CREW) => ({ Owner: { people: crew.map(({ id }) => ({ id })) } });
const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");

async function assignees(): Promise<readonly string[]> {
  const { repository } = await world.person.github<{
    repository: { issues: { nodes: readonly { assignees: { nodes: readonly { login: string }[] } }[] } };
  }>(`{ repository(owner: "acme", name: "crowd") { issues(last: 1) { nodes { assignees(first: 20) { nodes { login } } } } } }`);
  return repository.issues.nodes[0]?.assignees.nodes.map(({ login }) => login).sort() ?? [];
}

test.each([
  ["from the start", 0],
  ["by an edit", 2],
] as const)("of eleven owners that a page gets %s ten are assigned, and the eleventh is named", async (_, first) => {
  world = await aCrowd();
  const pageId = await world.person.createPage({ title: "All hands", status: "Backlog" });
  await world.person.setPage(pageId, {
    ...owners(first > 0 ? CREW.slice(0, first) : CREW),
    Status: { status: { name: "Ready" } },
  });
  await world.until(async () => (await assignees()).length > 0, 180_000);
  await world.settled();
  if (first > 0) await world.person.setPage(pageId, owners(CREW));
  await world.until(async () => (await notice(pageId)).includes("crew11"), 180_000);
  await world.settled();

  expect(await assignees()).toEqual(LOGINS.slice(0, 10));
  expect(await notice(pageId)).toMatch(/10 assignees.*"crew11".*Keep at most 10 people/);
  expect((await world.call("GET", "status")).body).toMatchObject({ failures: [{ pageId, code: "assignees_many" }] });
  world.github.clearJournal();
  await world.advance(10 * 60_000);
  expect(world.github.journal().writes).toBe(0);

  await world.person.setPage(pageId, owners(CREW.filter(({ name }) => name !== "crew05")));
  await world.until(async () => (await notice(pageId)) === "", 180_000);
  await world.settled();
  expect(await assignees()).toEqual(LOGINS.filter((login) => login !== "crew05"));
});
