import { describe, expect, test } from "vitest";
import { toIncompleteError } from "../../github/error.ts";
import { type ItemNode, toItemContent, toItemErrors } from "../../github/items.ts";

const READ_AT = "2026-11-25T12:00:00.000Z";
const NOTHING = new Map<string, never>();

const aNode = (node: Partial<ItemNode> = {}): ItemNode => ({
  __typename: "Issue",
  id: "I_1",
  fullDatabaseId: "3444500041",
  number: 12,
  url: "https://github.com/octo/demo/issues/12",
  title: "Title",
  body: "Text",
  issueState: "OPEN",
  stateReason: null,
  createdAt: "2026-11-01T00:00:00Z",
  updatedAt: "2026-11-02T00:00:00Z",
  repository: { id: "R_1", nameWithOwner: "octo/demo" },
  milestone: null,
  issueType: null,
  parent: null,
  labels: { totalCount: 0, nodes: [] },
  assignedActors: { totalCount: 0, nodes: [] },
  ...node,
});

const read = (node: Partial<ItemNode>) => toItemContent(aNode(node), READ_AT, NOTHING).item;

describe("toItemContent", () => {
  test("reads every field in its neutral form", () => {
    const item = read({
      labels: { totalCount: 2, nodes: [{ name: "ui" }, { name: "bug" }] },
      assignedActors: { totalCount: 2, nodes: [{ login: "grace" }, { login: "ada" }] },
      milestone: { title: "v1" },
      issueType: { name: "Bug" },
      parent: { number: 3, repository: { nameWithOwner: "octo/plans" } },
    });

    expect(item.fields).toEqual({
      title: "Title",
      labels: ["bug", "ui"],
      assignees: ["ada", "grace"],
      milestone: "v1",
      type: "Bug",
      parent: "octo/plans#3",
    });
    expect(item.problems).toEqual([]);
  });

  test("keeps the text beside the snapshot, never in it", () => {
    const content = toItemContent(aNode({ body: "private text" }), READ_AT, NOTHING);

    expect(content.body).toBe("private text");
    expect(JSON.stringify(content.item)).not.toContain("private text");
  });

  test.each([
    [{ issueState: "OPEN", stateReason: "REOPENED" }, "open", null],
    [{ issueState: "CLOSED", stateReason: "COMPLETED" }, "closed", "completed"],
    [{ issueState: "CLOSED", stateReason: "NOT_PLANNED" }, "closed", "not_planned"],
    [{ issueState: "CLOSED", stateReason: "DUPLICATE" }, "closed", "duplicate"],
    [{ issueState: "CLOSED", stateReason: null }, "closed", null],
  ] as const)("%o is %s, %s", (node, state, reason) => {
    expect(read(node)).toMatchObject({ kind: "issue", state, reason, isDraft: false });
  });

  test.each([
    [{ prState: "OPEN", isDraft: true }, "open", true],
    [{ prState: "CLOSED", isDraft: false }, "closed", false],
    [{ prState: "MERGED", isDraft: false }, "merged", false],
  ] as const)("a pull request with %o is %s", (node, state, isDraft) => {
    const { issueState, ...rest } = aNode({ __typename: "PullRequest", ...node });

    expect(issueState).toBe("OPEN");
    expect(toItemContent(rest, READ_AT, NOTHING).item).toMatchObject({ kind: "pullRequest", state, reason: null, isDraft });
  });

  test("a pull request tells its branches, an issue has none", () => {
    const branches = { headRefName: "paint", headRefOid: "0".repeat(40), baseRefName: "main" };

    expect(read({ __typename: "PullRequest", ...branches, autoMergeRequest: {} }).pullRequest).toEqual({
      ...branches,
      autoMerge: true,
    });
    expect(read({ __typename: "PullRequest", ...branches, autoMergeRequest: null }).pullRequest?.autoMerge).toBe(false);
    expect(read({})).not.toHaveProperty("pullRequest");
  });

  test.each([3444500041, 3444500041n, "3444500041"])("the key is text, whatever form it comes in", (fullDatabaseId) => {
    expect(read({ fullDatabaseId }).itemId).toBe("3444500041");
  });

  test("an item without its key cannot be read", () => {
    expect(() => read({ fullDatabaseId: null })).toThrow(expect.objectContaining({ code: "incomplete_result" }) as Error);
  });

  test("a set of which GitHub shows a part is a problem of that field, and of no other", () => {
    const item = read({ labels: { totalCount: 101, nodes: [{ name: "bug" }] } });

    expect(item.fields).not.toHaveProperty("labels");
    expect(item.fields).toMatchObject({ title: "Title", assignees: [] });
    expect(item.problems).toMatchObject([{ field: "labels", code: "incomplete_result" }]);
  });

  test("a field that may not be read is a problem, not an empty value", () => {
    const error = toIncompleteError("it");
    const { byField } = toItemErrors([{ path: ["nodes", 0, "milestone"], error }], ["nodes", 0]);
    const { item } = toItemContent(aNode({ milestone: null }), READ_AT, byField);

    expect(item.fields).not.toHaveProperty("milestone");
    expect(item.problems).toMatchObject([{ field: "milestone", code: "incomplete_result" }]);
  });
});

describe("toItemErrors", () => {
  const error = toIncompleteError("it");

  test("takes the errors of its own item only", () => {
    const errors = [
      { path: ["nodes", 1, "labels"], error },
      { path: ["nodes", 10], error },
      { path: [], error },
    ];

    expect(toItemErrors(errors, ["nodes", 0])).toEqual({ whole: undefined, byField: new Map() });
    expect(toItemErrors(errors, ["nodes", 1])).toEqual({ whole: undefined, byField: new Map([["labels", error]]) });
    expect(toItemErrors(errors, ["nodes", 10]).whole).toBe(error);
  });

  test("an error of a part that every item needs is one of the whole item", () => {
    expect(toItemErrors([{ path: ["nodes", 0, "repository"], error }], ["nodes", 0]).whole).toBe(error);
  });
});
