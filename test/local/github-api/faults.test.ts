import { describe, expect, test } from "vitest";
import { CREATE_ISSUE, aSimulator, createIssue } from "./a-simulator.ts";

const NEWEST = `{ repository(owner: "acme", name: "widgets") {
  issues(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { totalCount nodes { number title } } } }`;

describe("faults", () => {
  test("a 502 before the effect creates nothing", async () => {
    const setup = aSimulator();
    setup.simulator.setFaults([{ match: "mutation createIssue", kind: "status", status: 502 }]);

    await expect(createIssue(setup)).rejects.toMatchObject({ status: 502 });

    const { repository } = await setup.read(NEWEST);
    expect(repository?.["issues"]).toMatchObject({ totalCount: 4 });
    setup.simulator.verify();
  });

  test("a 502 or a cut connection after the effect leaves the issue there", async () => {
    const setup = aSimulator();
    setup.simulator.setFaults([
      { match: "mutation createIssue", kind: "dropAfterEffect", status: 502 },
      { match: "mutation createIssue", kind: "dropAfterEffect" },
    ]);

    await expect(createIssue(setup, { title: "first" })).rejects.toMatchObject({ status: 502 });
    await expect(createIssue(setup, { title: "second" })).rejects.toMatchObject({ status: 500 });

    const { repository } = await setup.read(NEWEST);
    expect(repository?.["issues"]).toEqual({ totalCount: 6, nodes: [{ number: 6, title: "second" }] });
  });

  test("a partial failure meets the named alias only", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    const partial = {
      match: "mutation updateIssue",
      kind: "partial",
      aliases: ["i1"],
      type: "UNPROCESSABLE",
      message: "no",
    } as const;
    setup.simulator.setFaults([partial]);

    const { data, errors } = await setup.ask(
      `mutation ($id: ID!) { i0: updateIssue(input: { id: $id, title: "a" }) { issue { title } } i1: updateIssue(input: { id: $id, title: "b" }) { issue { title } } }`,
      { id },
    );

    expect(data).toEqual({ i0: { issue: { title: "a" } }, i1: null });
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", path: ["i1"], message: "no" }]);
  });

  test("a partial failure meets a root field of a query too", async () => {
    const setup = aSimulator();
    setup.simulator.setFaults([{ match: "query", kind: "partial", aliases: ["repository"], message: "Something went wrong" }]);

    const { data, errors } = await setup.ask(`{ viewer { login } repository(owner: "acme", name: "widgets") { id } }`);

    expect(data).toEqual({ viewer: { login: "sync-bot" }, repository: null });
    expect(errors).toMatchObject([{ path: ["repository"], message: "Something went wrong" }]);
  });

  test("a stale list shows the past, while the node is fresh", async () => {
    const setup = aSimulator();
    const old = await createIssue(setup, { title: "old" });
    await setup.clock.advance(100_000);
    await setup.read(`mutation ($id: ID!) { updateIssue(input: { id: $id, title: "renamed" }) { issue { id } } }`, {
      id: old["id"],
    });
    await createIssue(setup, { title: "new" });
    await setup.clock.advance(10_000);
    setup.simulator.setFaults([{ match: "query Both", kind: "staleList", ageMs: 60_000 }]);
    const document = `query Both($id: ID!) { node(id: $id) { ... on Issue { title } } repository(owner: "acme", name: "widgets") {
      issues(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { title } } } }`;

    const stale = await setup.read(document, { id: old["id"] });
    const fresh = await setup.read(document, { id: old["id"] });

    expect(stale).toEqual({
      node: { title: "renamed" },
      repository: { issues: { totalCount: 5, nodes: [{ title: "old" }] } },
    });
    expect(fresh["repository"]?.["issues"]).toEqual({ totalCount: 6, nodes: [{ title: "new" }] });
  });

  test("a stale list still shows an issue that was deleted since", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup, { title: "doomed" });
    await setup.clock.advance(100_000);
    await setup.read(`mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { id } } }`, { id }, "someone");
    setup.simulator.setFaults([{ match: "query", kind: "staleList", ageMs: 60_000 }]);

    const stale = await setup.read(NEWEST);

    expect(stale["repository"]?.["issues"]).toMatchObject({ totalCount: 5, nodes: [{ title: "doomed" }] });
  });

  test("a secondary limit can be planned, with its header", async () => {
    const setup = aSimulator();
    setup.simulator.setFaults([{ match: "mutation", kind: "status", status: 403, headers: { "retry-after": "7" } }]);

    const refused = setup.ask(CREATE_ISSUE, { input: { repositoryId: setup.repositoryId, title: "T" } });

    await expect(refused).rejects.toMatchObject({
      status: 403,
      response: {
        headers: { "retry-after": "7" },
        data: { message: expect.stringContaining("secondary rate limit") as unknown },
      },
    });
  });

  test("the same seed gives the same ids after a reset", async () => {
    const setup = aSimulator({ seed: 42 });
    const first = await createIssue(setup);

    setup.simulator.reset();
    const second = await createIssue(setup);

    expect(second["id"]).toBe(first["id"]);
  });
});
