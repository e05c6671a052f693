import { describe, expect, onTestFinished, test } from "vitest";
import { toRemedy } from "../../github/remedy.ts";
import type { Profile } from "../../local/github-api/profiles.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const FINE: Profile = { kind: "fineGrained", actor: "sync-bot", permissions: { issues: "write" } };
const FINE_WITH: Profile = { kind: "fineGrained", actor: "sync-bot", permissions: { organization_projects: "write" } };
const APP: Profile = { kind: "app", actor: "notion-sync", permissions: { issues: "write" } };
const APP_WITH: Profile = { kind: "app", actor: "notion-sync", permissions: { organization_projects: "write" } };
const NO_SCOPE: Profile = { kind: "classic", actor: "sync-bot", scopes: ["repo"] };

function aWorld(options: WorldOptions = {}): World {
  const world = createWorld({ projects: [{ owner: "ada", number: 7 }], ...options });
  onTestFinished(() => world.simulator.verify());
  return world;
}

const withToken = (profile: Profile): World => aWorld({ token: "narrow", profiles: { narrow: profile } });

describe("readProject", () => {
  test("tells the fields, options and iterations of an organisation's project, in one read", async () => {
    const world = aWorld();

    const facts = await world.run(world.github.readProject("acme", 1));

    expect(facts).toMatchObject({
      projectId: expect.stringMatching(/^PVT_/) as string,
      title: "Roadmap",
      closed: false,
      viewerCanUpdate: true,
    });
    expect(facts.fields.map(({ name, dataType }) => [name, dataType])).toEqual([
      ...["Title", "Assignees", "Labels", "Milestone", "Repository"].map((name) => [name, "other"]),
      ["Status", "singleSelect"],
      ["Estimate", "number"],
      ["Due", "date"],
      ["Iteration", "iteration"],
      ["Notes", "text"],
    ]);
    const status = facts.fields.find(({ name }) => name === "Status");
    const iteration = facts.fields.find(({ name }) => name === "Iteration");
    expect(status?.dataType === "singleSelect" && status.options.map(({ name }) => name)).toEqual([
      "Todo",
      "In Progress",
      "Done",
    ]);
    expect(iteration?.dataType === "iteration" && iteration.iterations.map(({ title, startDate }) => [title, startDate])).toEqual(
      [
        ["Sprint 1", "2026-11-23"],
        ["Sprint 2", "2026-12-07"],
        ["Sprint 3", "2026-12-21"],
      ],
    );
    expect(world.pacer.acquired).toEqual(["read"]);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test("keeps iterations that are over: items may be in them", async () => {
    const world = aWorld();
    await world.clock.advance(20 * 86_400_000);

    const { fields } = await world.run(world.github.readProject("acme", 1));

    const iteration = fields.find(({ name }) => name === "Iteration");
    expect(iteration?.dataType === "iteration" && iteration.iterations.map(({ title }) => title)).toEqual([
      "Sprint 2",
      "Sprint 3",
      "Sprint 1",
    ]);
  });

  test("tells when the token may only look", async () => {
    const world = withToken({ kind: "app", actor: "notion-sync", permissions: { organization_projects: "read" } });

    expect(await world.run(world.github.readProject("acme", 1))).toMatchObject({ viewerCanUpdate: false });
  });

  test("finds a project of a user", async () => {
    const world = aWorld();

    expect(await world.run(world.github.readProject("ada", 7))).toMatchObject({ title: "Roadmap" });
  });

  test.each<[string, Profile, string, number, RegExp]>([
    [
      "a user's project with a GitHub App",
      APP_WITH,
      "ada",
      7,
      /a classic token with the scope `project`: GitHub Apps and fine-gr/,
    ],
    ["a user's project with a fine-grained token", FINE_WITH, "ada", 7, /a classic token with the scope `project`: GitHub Apps/],
    ["an organisation's project with an app without permission", APP, "acme", 1, /organisation permission Projects/],
    ["an organisation's project with a fine-grained token without", FINE, "acme", 1, /organisation permission Projects/],
    ["a project with a classic token without the scope", NO_SCOPE, "acme", 1, /the scope `project`/],
  ])("says which token can reach %s", async (_, profile, owner, number, words) => {
    const world = withToken(profile);

    const error = await world.fail(world.github.readProject(owner, number));

    expect(error).toMatchObject({ code: "project_unreachable", end: "failed" });
    expect(error.message).toContain(`Project ${number} of "${owner}"`);
    expect(error.message).toMatch(words);
    expect(toRemedy(error)).toMatch(/classic token with the scope `project`/);
  });

  test.each([
    ["acme", 99],
    ["nobody", 1],
  ])("says that %s has no project %i", async (owner, number) => {
    const world = aWorld();

    const error = await world.fail(world.github.readProject(owner, number));

    expect(error).toMatchObject({ code: "project_unreachable" });
    expect(error.message).toMatch(/Check owner and number/);
  });

  test("a limit or an outage is not taken for a missing project", async () => {
    const world = aWorld();
    world.simulator.setFaults([
      { match: "query Project", kind: "status", status: 502 },
      { match: "query Project", kind: "status", status: 403, headers: { "retry-after": "7" } },
    ]);

    expect(await world.fail(world.github.readProject("acme", 1))).toMatchObject({ code: "unavailable" });
    expect(await world.fail(world.github.readProject("acme", 1))).toMatchObject({ code: "rate_limited", end: "limited" });
  });
});
