import { describe, expect, test } from "vitest";
import { ITEM_BY_NUMBER, NODES } from "../../github/documents.ts";
import { FIND_PULL_REQUEST, formatLone, ITEMS_UPDATED } from "../../github/documents-pull-requests.ts";
import { CREATE_ISSUE, formatUpdates } from "../../github/documents-writes.ts";
import { toPermissionError } from "../../github/permission.ts";
import { ServiceError } from "../../sync/error.ts";

const REFUSED = "GitHub: Resource not accessible by personal access token";
const refusal = (code = "forbidden") => new ServiceError({ service: "github", code, end: "failed", message: REFUSED });

describe("toPermissionError", () => {
  test.each([
    [["repository", "issues"], ITEMS_UPDATED, "issues_forbidden"],
    [["repository", "pullRequests"], ITEMS_UPDATED, "pull_requests_forbidden"],
    [["repository", "open"], FIND_PULL_REQUEST, "pull_requests_forbidden"],
    [["repository", "ref"], FIND_PULL_REQUEST, "contents_forbidden"],
    [["createIssue"], CREATE_ISSUE, "issues_forbidden"],
    [["createPullRequest"], formatLone("createPullRequest"), "pull_requests_forbidden"],
    [["w1"], formatUpdates(["updateIssue", "closePullRequest"]), "pull_requests_forbidden"],
    [["w0"], formatUpdates(["addLabelsToLabelable"]), "issues_forbidden"],
  ] as const)("names the permission by the place %j", (path, document, code) => {
    expect(toPermissionError(refusal(), path, document)).toMatchObject({ code, end: "failed", message: REFUSED });
  });

  test.each([
    ["one item of a list", ["repository", "pullRequests", "nodes", 3], ITEMS_UPDATED],
    ["a value within an item", ["repository", "pullRequests", "nodes", 3, "statusCheckRollup"], ITEMS_UPDATED],
    ["an item of either kind", ["repository", "issueOrPullRequest"], ITEM_BY_NUMBER],
    ["a node of any kind", ["nodes", 0], NODES],
    ["a merge, which has a code of its own", ["mergePullRequest"], formatLone("mergePullRequest")],
    ["a project, which has codes of its own", ["w0"], formatUpdates(["addProjectV2ItemById"])],
    ["nothing that GitHub names", [], CREATE_ISSUE],
    ["what no document names", ["a(b["], CREATE_ISSUE],
  ] as const)("leaves a refusal of %s as it is", (_, path, document) => {
    expect(toPermissionError(refusal(), path, document).code).toBe("forbidden");
  });

  test("leaves other errors alone, and what the owner of the token may not", () => {
    const byRole = new ServiceError({
      service: "github",
      code: "forbidden",
      end: "failed",
      message: "GitHub: ada does not have the correct permissions",
    });
    expect(toPermissionError(byRole, ["repository", "issues"], ITEMS_UPDATED).code).toBe("forbidden");
    expect(toPermissionError(refusal("not_found"), ["repository", "issues"], ITEMS_UPDATED).code).toBe("not_found");
  });
});
