import { createHmac } from "node:crypto";
import { sign } from "@octokit/webhooks-methods";
import { describe, expect, test } from "vitest";
import { appendMarker, createMarkerSigner } from "../../github/marker.ts";
import { parseGithubDelivery, verifyGithubSignature } from "../../github/webhook.ts";
import { issuePayload, issuesPayload, projectItemPayload, pullRequestPayload } from "./payloads.ts";

const SECRET = "It's a Secret to Everybody";
// Published by GitHub for this secret and this body.
const BODY = "Hello, World!";
const SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

const parse = (event: string, payload: unknown) => parseGithubDelivery(event, JSON.stringify(payload));

describe("verifyGithubSignature", () => {
  test("accepts GitHub's published example", async () => {
    expect(await verifyGithubSignature(BODY, SIGNATURE, [SECRET])).toBe(true);
  });

  test("accepts what GitHub's own library signs, beyond ASCII too", async () => {
    const body = JSON.stringify({ title: "Grüße 👋" });

    expect(await verifyGithubSignature(body, await sign("s3cret", body), ["s3cret"])).toBe(true);
  });

  test("accepts the old and the new secret during a rotation", async () => {
    expect(await verifyGithubSignature(BODY, SIGNATURE, ["new one", SECRET])).toBe(true);
    expect(await verifyGithubSignature(BODY, SIGNATURE, [SECRET, "old one"])).toBe(true);
  });

  test.each([
    ["another secret", BODY, SIGNATURE, ["another"]],
    ["another body", "Hello, World?", SIGNATURE, [SECRET]],
    ["no secret", BODY, SIGNATURE, []],
    ["an empty secret, with which anybody can sign", BODY, `sha256=${createHmac("sha256", "").update(BODY).digest("hex")}`, [""]],
    ["a signature in capitals", BODY, SIGNATURE.toUpperCase(), [SECRET]],
    ["two signatures", BODY, `${SIGNATURE}, ${SIGNATURE}`, [SECRET]],
    ["no signature", BODY, null, [SECRET]],
    ["an empty signature", BODY, "", [SECRET]],
    ["a signature without its prefix", BODY, SIGNATURE.slice(7), [SECRET]],
    ["a cut signature", BODY, SIGNATURE.slice(0, -1), [SECRET]],
    ["a signature of SHA-1", BODY, "sha1=" + "0".repeat(40), [SECRET]],
  ] as const)("refuses %s", async (_, body, signature, secrets) => {
    expect(await verifyGithubSignature(body, signature, secrets)).toBe(false);
  });
});

describe("parseGithubDelivery", () => {
  test("reads a closed issue in neutral fields", () => {
    expect(parse("issues", issuesPayload("closed"))).toEqual({
      kind: "item",
      action: "closed",
      repository: "Codertocat/Hello-World",
      repositoryId: "R_kgDOCyMo-g",
      item: {
        kind: "issue",
        itemId: "3444500041",
        nodeId: "I_kwDOCyMo-s7NTsaJ",
        repositoryId: "R_kgDOCyMo-g",
        repository: "Codertocat/Hello-World",
        number: 1,
        url: "https://github.com/Codertocat/Hello-World/issues/1",
        readAt: "2026-05-15T15:20:21Z",
        createdAt: "2026-05-15T15:20:18Z",
        updatedAt: "2026-05-15T15:20:21Z",
        state: "closed",
        reason: "not_planned",
        isDraft: false,
        marker: null,
        fields: {
          title: "Spelling error in the README file",
          labels: ["bug", "docs"],
          assignees: ["Codertocat", "dependabot"],
          milestone: "v1.0",
          type: "Bug",
        },
        problems: [],
      },
      movedTo: null,
      senderId: "21031067",
    });
  });

  test("an open issue has no reason, although it was closed before", () => {
    const delivery = parse("issues", issuesPayload("reopened", { state: "open", state_reason: "reopened", closed_at: null }));

    expect(delivery).toMatchObject({ kind: "item", item: { state: "open", reason: null } });
  });

  test("reads the marker out of the body", () => {
    const marker = createMarkerSigner(["k".repeat(32)]).format("1f0c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7");
    const delivery = parse("issues", issuesPayload("edited", { body: appendMarker("text", marker).replaceAll("\n", "\r\n") }));

    expect(delivery).toMatchObject({ kind: "item", item: { marker } });
  });

  test("an issue without a body, type, labels or milestone is read, without the fields that it does not tell", () => {
    const { labels, assignees, type, state_reason, ...old } = issuePayload;
    const payload = { ...issuesPayload("opened"), issue: { ...old, body: null, milestone: null, state: "open" } };

    expect([labels, assignees, type, state_reason]).not.toContain(undefined);
    expect(parse("issues", payload)).toMatchObject({
      kind: "item",
      item: { fields: { title: "Spelling error in the README file", milestone: null }, marker: null },
    });
  });

  test("a transferred issue tells what it became", () => {
    const changes = {
      new_issue: { ...issuePayload, id: 99, node_id: "I_new", number: 7 },
      new_repository: { node_id: "R_new", full_name: "Codertocat/Other" },
    };

    expect(parse("issues", issuesPayload("transferred", {}, { changes }))).toMatchObject({
      action: "transferred",
      item: { itemId: "3444500041" },
      movedTo: { itemId: "99", nodeId: "I_new", number: 7, repository: "Codertocat/Other", repositoryId: "R_new" },
    });
  });

  test.each([
    ["open", { state: "open" }, { state: "open", isDraft: false }],
    ["a draft", { state: "open", draft: true }, { state: "open", isDraft: true }],
    ["closed unmerged", { state: "closed", closed_at: "2026-05-15T15:20:33Z" }, { state: "closed", reason: null }],
    ["merged", { state: "closed", merged: true }, { state: "merged", reason: null }],
  ])("reads a pull request that is %s", (_, given, item) => {
    expect(parse("pull_request", pullRequestPayload("edited", given))).toMatchObject({
      kind: "item",
      item: { kind: "pullRequest", itemId: "279147437", number: 2, ...item },
    });
  });

  test("reads the branches of a pull request, and whether it will merge by itself", () => {
    const auto_merge = { enabled_by: null, merge_method: "squash", commit_title: "", commit_message: "" };
    const state = { headRefName: "changes", headRefOid: "ec26c3e57ca3a959ca5aad62de7213c562f8c821", baseRefName: "main" };

    expect(parse("pull_request", pullRequestPayload("synchronize"))).toMatchObject({
      item: { pullRequest: { ...state, autoMerge: false } },
    });
    expect(parse("pull_request", pullRequestPayload("auto_merge_enabled", { auto_merge }))).toMatchObject({
      item: { pullRequest: { ...state, autoMerge: true } },
    });
  });

  test("a project item names its content", () => {
    expect(parse("projects_v2_item", projectItemPayload("edited"))).toEqual({
      kind: "projectItem",
      contentNodeId: "I_kwDOCyMo-s7NTsaJ",
      contentId: null,
      owner: "Octocoders",
      news: { kind: "value", projectNumber: 1, field: "Status", value: "Todo" },
    });
  });

  test.each([
    ["an option", "single_select", { id: "f75ad846", name: "Todo" }, "Todo"],
    ["an iteration", "iteration", { id: "1", title: "Sprint 1", duration: 14, start_date: "2026-11-23" }, "Sprint 1"],
    ["a number", "number", 0, 0],
    ["a text", "text", "2026-12-24T00:00", "2026-12-24T00:00"],
    ["a text that was emptied", "text", "", null],
    ["a day", "date", "2026-12-24", "2026-12-24"],
    ["a day with a time", "date", "2026-12-24T00:00:00+00:00", "2026-12-24"],
    ["nothing", "number", null, null],
    ["what nobody knows yet", "rating", { stars: 5 }, undefined],
  ])("a project item tells %s", (_, field_type, to, value) => {
    const changes = { field_value: { field_name: "Any", field_type, project_number: 1, from: null, to } };
    expect(parse("projects_v2_item", { ...projectItemPayload("edited"), changes })).toMatchObject({
      news: { field: "Any", value },
    });
  });

  test.each([
    ["created", { kind: "place", place: "in" }],
    ["restored", { kind: "place", place: "in" }],
    ["archived", { kind: "place", place: "archived" }],
    ["deleted", { kind: "place", place: "out" }],
    ["converted", null],
  ])("a project item that is %s tells where it stands", (action, news) => {
    expect(parse("projects_v2_item", projectItemPayload(action))).toMatchObject({ news });
  });

  test("a project item that says nothing of the change is looked at", () => {
    expect(parse("projects_v2_item", { ...projectItemPayload("edited"), changes: undefined })).toMatchObject({ news: null });
  });

  test("a project item of an older issue tells its database id", () => {
    const content_node_id = Buffer.from("05:Issue327883527").toString("base64");
    expect(parse("projects_v2_item", projectItemPayload("edited", { content_node_id }))).toMatchObject({
      contentId: "327883527",
    });
  });

  test.each([
    ["the reordering of a project", "projects_v2_item", projectItemPayload("reordered")],
    ["a draft in a project", "projects_v2_item", projectItemPayload("edited", { content_type: "DraftIssue" })],
    ["another event", "star", { action: "created" }],
  ])("ignores %s and says why", (_, event, payload) => {
    expect(parse(event, payload)).toEqual({ kind: "ignored", reason: expect.stringMatching(/not used\.$/) as string });
  });

  test("knows a ping", () => {
    expect(parse("ping", { zen: "Keep it logically awesome.", hook_id: 1 })).toEqual({ kind: "ping" });
  });

  test("says where a payload is not as it should be, without quoting it", () => {
    const delivery = parse("issues", issuesPayload("edited", { number: "secret text", title: null }));

    expect(delivery).toEqual({
      kind: "malformed",
      reason: `Expected GitHub's payload, found something else at "issue.number", "issue.title".`,
    });
  });

  test.each([
    ["no event", null, "{}", "The header X-GitHub-Event is missing."],
    ["no JSON", "issues", "hello", "The body is not a JSON object."],
    ["a list", "issues", "[]", "The body is not a JSON object."],
    [
      "a form",
      "issues",
      "payload=%7B%7D",
      "The body is not a JSON object. Set the webhook's content type to application/json on GitHub.",
    ],
  ])("a delivery with %s is malformed", (_, event, body, reason) => {
    expect(parseGithubDelivery(event, body)).toEqual({ kind: "malformed", reason });
  });
});
