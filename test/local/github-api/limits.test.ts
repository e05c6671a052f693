import { describe, expect, test } from "vitest";
import { PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { CREATE_ISSUE, aSimulator, createIssue } from "./a-simulator.ts";

const HOUR_MS = 3_600_000;
const CHEAP = `{ viewer { login } }`;

const raw = (
  setup: ReturnType<typeof aSimulator>,
  query: string,
  variables = {},
  token: string | null = "x",
): Promise<Response> =>
  setup.simulator.fetch(
    new Request("https://api.github.test/graphql", {
      method: "POST",
      headers: token === null ? {} : { authorization: `bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    }),
  );

describe("limits", () => {
  test("a list of 50 issues with two lists each costs 1 point and 6,050 nodes", async () => {
    const { read } = aSimulator();

    const { rateLimit } = await read(`{
      rateLimit { cost nodeCount }
      repository(owner: "acme", name: "widgets") {
        issues(first: 50) { nodes { labels(first: 100) { nodes { id } } assignees(first: 20) { nodes { id } } } } } }`);

    expect(rateLimit).toEqual({ cost: 1, nodeCount: 6_050 });
  });

  test("a read of 100 nodes with two lists each costs 2 points and 12,000 nodes", async () => {
    const { ask } = aSimulator();

    const { data } = await ask(
      `query ($ids: [ID!]!) { rateLimit { cost nodeCount used remaining limit resetAt }
        nodes(ids: $ids) { ... on Issue { labels(first: 100) { nodes { id } } assignees(first: 20) { nodes { id } } } } }`,
      { ids: Array.from({ length: 100 }, (_, index) => `I_${index}`) },
    );

    expect(data["rateLimit"]).toEqual({
      cost: 2,
      nodeCount: 12_000,
      used: 2,
      remaining: 4_998,
      limit: 5_000,
      resetAt: "2026-11-25T10:00:00Z",
    });
  });

  test("every answer carries the budget in its headers", async () => {
    const response = await raw(aSimulator(), CHEAP);

    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4999",
      "x-ratelimit-used": "1",
      "x-ratelimit-reset": String(Date.parse("2026-11-25T10:00:00Z") / 1_000),
      "x-ratelimit-resource": "graphql",
      "x-oauth-scopes": "repo, project, read:org, workflow",
    });
    expect(headers["x-github-request-id"]).toMatch(/^[0-9A-F]{16}$/);
  });

  test.each([
    ["RATE_LIMITED", "API rate limit exceeded for user ID"],
    ["RATE_LIMIT", "API rate limit already exceeded for user ID"],
  ] as const)(
    "when the points are used up the answer is %s without data, until the hour is over",
    async (rateLimitType, message) => {
      const { ask, read, clock } = aSimulator({ pointsPerHour: 2, rateLimitType });
      await read(CHEAP);
      await read(CHEAP);

      const refused = await ask(CHEAP);
      const other = await ask(CHEAP, {}, PERSON_TOKEN);
      await clock.advance(HOUR_MS);
      const later = await ask(CHEAP);

      expect(refused.data).toBeUndefined();
      expect(refused.errors).toMatchObject([{ type: rateLimitType }]);
      expect(refused.errors[0]?.message).toContain(message);
      expect(other.errors).toEqual([]);
      expect(later.errors).toEqual([]);
    },
  );

  test("the secondary limit counts a mutation five times, answers 403 with retry-after, and ends after a minute", async () => {
    const setup = aSimulator({ secondaryPointsPerMinute: 11 });
    const variables = { input: { repositoryId: setup.repositoryId, title: "T" } };
    await raw(setup, CREATE_ISSUE, variables);
    await raw(setup, CREATE_ISSUE, variables);

    const mutation = await raw(setup, CREATE_ISSUE, variables);
    const query = await raw(setup, CHEAP);
    const last = await raw(setup, CHEAP);
    await setup.clock.advance(60_000);
    const later = await raw(setup, CREATE_ISSUE, variables);

    expect([mutation.status, query.status, last.status, later.status]).toEqual([403, 200, 403, 200]);
    expect(last.headers.get("retry-after")).toBe("60");
    expect(await last.json()).toMatchObject({ message: expect.stringContaining("secondary rate limit") as unknown });
  });

  test("issues created too quickly are refused one by one, for the minute and for the hour", async () => {
    const setup = aSimulator({ createsPerMinute: 2, createsPerHour: 3 });
    const attempt = async (): Promise<string | undefined> => {
      const { errors } = await setup.ask(CREATE_ISSUE, { input: { repositoryId: setup.repositoryId, title: "T" } });
      return errors[0]?.message;
    };

    const first = [await attempt(), await attempt(), await attempt()];
    await setup.clock.advance(60_000);
    const second = [await attempt(), await attempt()];
    await setup.clock.advance(HOUR_MS);
    const third = await attempt();

    const refusal = "was submitted too quickly";
    expect([...first, ...second, third]).toEqual([undefined, undefined, refusal, undefined, refusal, undefined]);
  });

  test.each([
    [
      "EXCESSIVE_PAGINATION",
      `{ repository(owner: "acme", name: "widgets") { issues(first: 101) { totalCount } } }`,
      "101 records",
    ],
    [
      "MISSING_PAGINATION_BOUNDARIES",
      `{ repository(owner: "acme", name: "widgets") { issues { nodes { id } } } }`,
      "`issues` connection",
    ],
    [
      "MAX_NODE_LIMIT_EXCEEDED",
      `{ repository(owner: "acme", name: "widgets") { issues(first: 100) { nodes { labels(first: 100) { nodes { issues(first: 100) { totalCount } } } } } } }`,
      "500000",
    ],
  ])("%s refuses the whole request", async (type, document, words) => {
    const { data, errors } = await aSimulator().ask(document);

    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ type, message: expect.stringContaining(words) as unknown }]);
  });

  test("a list of which only the count is wanted needs no bounds", async () => {
    const { repository } = await aSimulator().read(`{ repository(owner: "acme", name: "widgets") { issues { totalCount } } }`);

    expect(repository).toEqual({ issues: { totalCount: 4 } });
  });

  test("more than 100 ids are refused", async () => {
    const ids = Array.from({ length: 101 }, () => "I_x");

    const { data, errors } = await aSimulator().ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });

    expect(data).toBeUndefined();
    expect(errors).toEqual([
      { type: "ARGUMENT_LIMIT", message: "You may not provide more than 100 node ids; you provided 101." },
    ]);
  });

  test("a reset fills all budgets again", async () => {
    const setup = aSimulator({ createsPerMinute: 1 });
    await createIssue(setup);

    setup.simulator.reset();

    await expect(createIssue(setup)).resolves.toMatchObject({ number: 5 });
  });
});
