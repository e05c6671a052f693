import { describe, expect, test } from "vitest";
import { SEED_OWNER, SEED_REPOSITORY } from "../../../local/github-api/seed.ts";
import { START, aSimulator, createIssue, textOf } from "./a-simulator.ts";

const PAGE = `query ($after: String, $since: DateTime, $field: IssueOrderField!, $direction: OrderDirection!) {
  repository(owner: "acme", name: "widgets") {
    issues(first: 2, after: $after, filterBy: { since: $since }, orderBy: { field: $field, direction: $direction }) {
      totalCount pageInfo { hasNextPage endCursor } nodes { number title updatedAt } } } }`;

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly { readonly number: number; readonly title: string; readonly updatedAt: string }[];
}

async function readAll(setup: ReturnType<typeof aSimulator>, variables: Record<string, unknown>): Promise<number[]> {
  const numbers: number[] = [];
  for (let after: string | null = null; ;) {
    const data = await setup.read(PAGE, { ...variables, after });
    const page = data["repository"]?.["issues"] as unknown as Page;
    numbers.push(...page.nodes.map(({ number }) => number));
    if (!page.pageInfo.hasNextPage) return numbers;
    after = page.pageInfo.endCursor;
  }
}

describe("reading", () => {
  test("shows the seeded repository with its flags, labels, milestones, types and people", async () => {
    const { read } = aSimulator();

    const { repository, viewer } = await read(`{
      viewer { login }
      repository(owner: "${SEED_OWNER}", name: "${SEED_REPOSITORY}") {
        nameWithOwner url isArchived isDisabled isLocked hasIssuesEnabled isInOrganization viewerPermission viewerDefaultMergeMethod
        defaultBranchRef { name target { oid } } owner { __typename login }
        labels(first: 100, orderBy: { field: NAME, direction: ASC }) { totalCount nodes { name color } }
        milestones(first: 10, orderBy: { field: NUMBER, direction: DESC }) { nodes { number title state } }
        issueTypes(first: 10) { nodes { name isEnabled } }
        assignableUsers(first: 10) { nodes { login } }
        suggestedActors(first: 10, capabilities: [CAN_BE_ASSIGNED]) { nodes { __typename login ... on Node { id } } } } }`);

    expect(viewer).toEqual({ login: "sync-bot" });
    expect(repository).toMatchObject({
      nameWithOwner: "acme/widgets",
      url: "https://github.com/acme/widgets",
      isArchived: false,
      hasIssuesEnabled: true,
      isInOrganization: true,
      viewerPermission: "WRITE",
      defaultBranchRef: { name: "main", target: { oid: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown } },
      owner: { __typename: "Organization", login: "acme" },
      milestones: { nodes: [{ title: "v1.1" }, { title: "v1.0" }] },
      issueTypes: { nodes: [{ name: "Bug", isEnabled: true }, { name: "Feature" }, { name: "Task" }] },
      assignableUsers: { nodes: [{ login: "ada" }, { login: "grace" }, { login: "sync-bot" }] },
    });
    expect(repository?.["labels"]?.["totalCount"]).toBe(9);
  });

  test("finds one issue by number, by node id, by its older node id and by its address", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);
    const legacyId = Buffer.from(`05:Issue${textOf(issue["fullDatabaseId"])}`).toString("base64");

    const found = await setup.read(
      `query ($id: ID!, $legacyId: ID!, $uri: URI!, $number: Int!) {
        byNode: node(id: $id) { id } byLegacyId: node(id: $legacyId) { id }
        byAddress: resource(url: $uri) { ... on Issue { id } }
        repository(owner: "acme", name: "widgets") { issue(number: $number) { id } } }`,
      { id: issue["id"], legacyId, uri: issue["url"], number: issue["number"] },
    );

    const { id } = issue;
    expect(found).toEqual({ byNode: { id }, byLegacyId: { id }, byAddress: { id }, repository: { issue: { id } } });
  });

  test("answers many nodes by position, with null and NOT_FOUND for the missing ones", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);

    const { data, errors } = await setup.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
      ids: ["I_gone", issue["id"]],
    });

    expect(data["nodes"]).toEqual([null, { id: issue["id"] }]);
    expect(errors).toMatchObject([
      { type: "NOT_FOUND", path: ["nodes", 0], message: "Could not resolve to a node with the global id of 'I_gone'" },
    ]);
  });

  test.each([
    [
      "a repository",
      `{ repository(owner: "acme", name: "none") { id } }`,
      "Could not resolve to a Repository with the name 'acme/none'.",
    ],
    [
      "an issue",
      `{ repository(owner: "acme", name: "widgets") { issue(number: 99) { id } } }`,
      "Could not resolve to an Issue with the number of 99.",
    ],
    [
      "a project",
      `{ organization(login: "acme") { projectV2(number: 9) { id } } }`,
      "Could not resolve to a ProjectV2 with the number 9.",
    ],
  ])("says NOT_FOUND for %s that is not there", async (_what, document, message) => {
    const { errors } = await aSimulator().ask(document);

    expect(errors).toMatchObject([{ type: "NOT_FOUND", message }]);
  });

  test.each(["ASC", "DESC"])("pages through issues by update time, %s, each once", async (direction) => {
    const setup = aSimulator();

    const numbers = await readAll(setup, { field: "UPDATED_AT", direction });

    expect(numbers).toEqual(direction === "ASC" ? [1, 2, 3, 4] : [4, 3, 2, 1]);
  });

  test("goes on after the cursor when an issue moves to the end between two pages", async () => {
    const setup = aSimulator();
    const first = await setup.read(PAGE, { field: "UPDATED_AT", direction: "ASC" });
    const { nodes, pageInfo } = first["repository"]?.["issues"] as unknown as Page;
    await setup.clock.advance(1_000);
    const moved = setup.simulator.store.findByNumber("Issue", setup.repositoryId, nodes[0]?.number ?? 0);
    await setup.read(`mutation ($id: ID!) { updateIssue(input: { id: $id, title: "moved" }) { issue { id } } }`, {
      id: moved?.id,
    });

    const second = await setup.read(PAGE, { field: "UPDATED_AT", direction: "ASC", after: pageInfo.endCursor });
    const third = await setup.read(PAGE, {
      field: "UPDATED_AT",
      direction: "ASC",
      after: (second["repository"]?.["issues"] as unknown as Page).pageInfo.endCursor,
    });

    const later = [second, third].flatMap((page) => (page["repository"]?.["issues"] as unknown as Page).nodes);
    expect(later.map(({ number }) => number)).toEqual([3, 4, 1]);
  });

  test("lists what changed at or after a time, and counts only that", async () => {
    const setup = aSimulator();
    await createIssue(setup, { title: "new" });

    const data = await setup.read(PAGE, { field: "UPDATED_AT", direction: "ASC", since: START });

    expect(data["repository"]?.["issues"]).toMatchObject({ totalCount: 1, nodes: [{ title: "new", updatedAt: START }] });
  });

  test("filters issues by state, label and author", async () => {
    const { read } = aSimulator();

    const { repository } = await read(`{ repository(owner: "acme", name: "widgets") {
      closed: issues(first: 5, states: [CLOSED]) { nodes { number } }
      bugs: issues(first: 5, filterBy: { labels: ["bug"] }) { nodes { number } }
      graces: issues(first: 5, filterBy: { createdBy: "grace" }) { totalCount }
      last: issues(last: 1) { nodes { number } } } }`);

    expect(repository).toEqual({
      closed: { nodes: [{ number: 4 }] },
      bugs: { nodes: [{ number: 1 }] },
      graces: { totalCount: 2 },
      last: { nodes: [{ number: 4 }] },
    });
  });

  test("finds an issue by search only after the index has caught up", async () => {
    const setup = aSimulator({ searchLagMs: 60_000 });
    const query = `{ search(type: ISSUE, query: "repo:acme/widgets is:open zebra", first: 5) { issueCount nodes { ... on Issue { title } } } }`;
    await createIssue(setup, { title: "A zebra" });

    const atOnce = await setup.read(query);
    await setup.clock.advance(60_000);
    const later = await setup.read(query);

    expect(atOnce["search"]).toEqual({ issueCount: 0, nodes: [] });
    expect(later["search"]).toEqual({ issueCount: 1, nodes: [{ title: "A zebra" }] });
  });

  test("names a field that the simulator does not have, and fails verify()", async () => {
    const { ask, simulator } = aSimulator();

    const { data, errors } = await ask(`{ viewer { login bio } }`);

    expect(data["viewer"]).toEqual({ login: "sync-bot", bio: null });
    expect(errors).toMatchObject([{ message: "not implemented by the simulator: User.bio", path: ["viewer", "bio"] }]);
    expect(() => simulator.verify()).toThrow("User.bio");
  });

  test("names an unknown route and fails verify()", async () => {
    const { simulator } = aSimulator();

    const response = await simulator.fetch(
      new Request("https://api.github.test/repos/acme/widgets/pages", { headers: { authorization: "token x" } }),
    );

    expect(response.status).toBe(501);
    expect(() => simulator.verify()).toThrow("unknown route: GET /repos/{owner}/{repo}/pages");
  });

  test("refuses a document that GitHub's schema does not allow, without data and type", async () => {
    const { ask } = aSimulator();

    const { data, errors } = await ask(`{ viewer { nickname } }`);

    expect(data).toBeUndefined();
    expect(errors[0]?.message).toContain(`Cannot query field "nickname" on type "User"`);
    expect(errors[0]).not.toHaveProperty("type");
  });
});
