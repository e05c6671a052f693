import { describe, expect, test } from "vitest";
import type { Profile } from "../../../local/github-api/profiles.ts";
import { PRODUCT_TOKEN } from "../../../local/github-api/seed.ts";
import { CREATE_ISSUE, aSimulator, createIssue, idOf } from "./a-simulator.ts";

const withProfile = (profile: Profile) =>
  aSimulator({ seedData: { users: [{ login: "visitor" }], profiles: { probe: profile } } });

describe("who may do what", () => {
  test("a request without a token gets 401", async () => {
    const { simulator } = aSimulator();

    const response = await simulator.fetch(
      new Request("https://api.github.test/graphql", { method: "POST", body: JSON.stringify({ query: "{ viewer { login } }" }) }),
    );

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message: "Bad credentials" });
  });

  test("any token that is not named acts as ada, the product's as sync-bot", async () => {
    const { read } = aSimulator();

    const logins = [await read("{ viewer { login } }", {}, "anything"), await read("{ viewer { login } }", {}, PRODUCT_TOKEN)];

    expect(logins).toEqual([{ viewer: { login: "ada" } }, { viewer: { login: "sync-bot" } }]);
  });

  test("an expired token gets 401", async () => {
    const setup = withProfile({ kind: "classic", actor: "ada", scopes: ["repo"], expiresAt: "2026-11-25T09:01:00Z" });
    await setup.read("{ viewer { login } }", {}, "probe");
    await setup.clock.advance(60_000);

    await expect(setup.ask("{ viewer { login } }", {}, "probe")).rejects.toMatchObject({ status: 401 });
  });

  test("a classic token without the project scope fails the whole document with INSUFFICIENT_SCOPES", async () => {
    const setup = withProfile({ kind: "classic", actor: "ada", scopes: ["repo"] });

    const { data, errors } = await setup.ask(
      `{ viewer { login } organization(login: "acme") { projectV2(number: 1) { id } } }`,
      {},
      "probe",
    );

    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ type: "INSUFFICIENT_SCOPES" }]);
    expect(errors[0]?.message).toContain("['read:project'], but your token has only been granted the: ['repo'] scopes");
  });

  test("a fine-grained token without the permission gets FORBIDDEN on that alias only", async () => {
    const setup = withProfile({ kind: "fineGrained", actor: "ada", permissions: { contents: "write", issues: "read" } });

    const { data, errors } = await setup.ask(CREATE_ISSUE, { input: { repositoryId: setup.repositoryId, title: "T" } }, "probe");

    expect(data).toEqual({ createIssue: null });
    expect(errors).toMatchObject([
      {
        type: "FORBIDDEN",
        path: ["createIssue"],
        extensions: { saml_failure: false },
        message: "Resource not accessible by personal access token",
      },
    ]);
  });

  test("someone with read access creates issues, but labels, assignees and milestone are left out", async () => {
    const setup = withProfile({ kind: "classic", actor: "visitor", scopes: ["repo"] });
    const extras = {
      labelIds: [idOf(setup, "Label", "bug")],
      assigneeIds: [idOf(setup, "User", "ada")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
    };

    const issue = await createIssue(setup, extras, "probe");
    const others = await setup.ask(
      `mutation ($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }`,
      { id: setup.simulator.store.findByNumber("Issue", setup.repositoryId, 1)?.id },
      "probe",
    );

    expect(issue).toMatchObject({
      labels: { nodes: [] },
      assignees: { nodes: [] },
      milestone: null,
      author: { login: "visitor" },
    });
    expect(others.errors).toMatchObject([
      { type: "FORBIDDEN", message: "visitor does not have the correct permissions to execute `CloseIssue`" },
    ]);
  });

  test("an installation gets a token for an hour and acts as the app's bot", async () => {
    const setup = aSimulator();
    const response = await setup.simulator.fetch(
      new Request("https://api.github.test/app/installations/5001/access_tokens", {
        method: "POST",
        headers: { authorization: "bearer a.j.w" },
      }),
    );
    const { token, expires_at: expiresAt } = (await response.json()) as { token: string; expires_at: string };

    const { viewer } = await setup.read("{ viewer { __typename login databaseId } }", {}, token);
    const issue = await setup.read(
      `mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { author { __typename login ... on Bot { id } } } } }`,
      { input: { repositoryId: setup.repositoryId, title: "By the app" } },
      token,
    );
    await setup.clock.advance(3_600_000);

    expect(response.status).toBe(201);
    expect(expiresAt).toBe("2026-11-25T10:00:00Z");
    expect(viewer).toMatchObject({ __typename: "User", login: "notion-sync[bot]" });
    expect(issue["createIssue"]?.["issue"]?.["author"]).toMatchObject({ __typename: "Bot", login: "notion-sync" });
    await expect(setup.ask("{ viewer { login } }", {}, token)).rejects.toMatchObject({ status: 401 });
    expect(setup.simulator.journal().byKind["POST /app/installations/{id}/access_tokens"]).toBe(1);
  });

  test("the journal says who asked but holds no token", async () => {
    const setup = aSimulator();

    await createIssue(setup);

    const { requests } = setup.simulator.journal();
    expect(requests).toMatchObject([{ kind: "mutation createIssue", write: true, status: 200, detail: { actor: "sync-bot" } }]);
    expect(JSON.stringify(requests)).not.toContain(PRODUCT_TOKEN);
  });
});
