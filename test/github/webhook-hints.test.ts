import { expect, test } from "vitest";
import { parseGithubDelivery } from "../../github/webhook.ts";
import { repositoryPayload } from "./payloads.ts";

const SHA = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
const OTHER_SHA = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e";
const repository = "Codertocat/Hello-World";

const parse = (event: string, payload: object) =>
  parseGithubDelivery(event, JSON.stringify({ ...payload, repository: repositoryPayload }));

const aReview = (action: string, state: string) => ({ action, review: { id: 1, state }, pull_request: { id: 279147437 } });
const aSuite = (suite: object, action = "completed") => ({
  action,
  check_suite: { head_sha: SHA, head_branch: "changes", pull_requests: [], ...suite },
});
const aStatus = (state: string, branches: readonly (readonly [string, string])[]) => ({
  sha: SHA,
  state,
  branches: branches.map(([name, sha]) => ({ name, commit: { sha } })),
});
const aPush = (ref: string, deleted = false) => ({ ref, before: OTHER_SHA, after: SHA, deleted });

test.each([
  ["an approval", "pull_request_review", aReview("submitted", "approved"), ["279147437"], []],
  ["a review that asks for changes", "pull_request_review", aReview("submitted", "CHANGES_REQUESTED"), ["279147437"], []],
  ["a dismissed review", "pull_request_review", aReview("dismissed", "dismissed"), ["279147437"], []],
  ["a check suite of two pull requests", "check_suite", aSuite({ pull_requests: [{ id: 1 }, { id: 2 }] }), ["1", "2"], []],
  ["a check suite that names none", "check_suite", aSuite({}), [], ["changes"]],
  ["a check suite without a branch", "check_suite", aSuite({ head_branch: null }), [], []],
  [
    "a status of the commit at which a branch stands, and that another contains",
    "status",
    aStatus("success", [
      ["changes", SHA],
      ["main", OTHER_SHA],
    ]),
    [],
    ["changes"],
  ],
  ["a push", "push", aPush("refs/heads/topic/one"), [], ["topic/one"]],
] as const)("%s is a hint to look where it says", (_, event, payload, itemIds, branches) => {
  expect(parse(event, payload)).toEqual({ kind: "hint", repository, itemIds, branches });
});

test.each([
  ["a review that only comments", "pull_request_review", aReview("submitted", "commented")],
  ["a review whose text is edited", "pull_request_review", aReview("edited", "commented")],
  ["a check suite that begins", "check_suite", aSuite({}, "requested")],
  ["a pending status", "status", aStatus("pending", [["changes", SHA]])],
  ["a status of an old commit", "status", aStatus("success", [["main", OTHER_SHA]])],
  ["a pushed tag", "push", aPush("refs/tags/v1")],
  ["the end of a branch", "push", aPush("refs/heads/topic", true)],
] as const)("%s is ignored, and it is said why", (_, event, payload) => {
  expect(parse(event, payload)).toEqual({ kind: "ignored", reason: expect.stringMatching(/not used\.$/) as string });
});

test.each([
  ["pull_request_review", "review"],
  ["check_suite", "check_suite"],
  ["status", "branches"],
  ["push", "ref"],
])("a delivery of %s without its %s is malformed", (event, part) => {
  const payloads = { pull_request_review: aReview("submitted", "approved"), check_suite: aSuite({}) };
  const whole: object = { status: aStatus("success", []), push: aPush("refs/heads/topic"), ...payloads }[event] ?? {};
  const payload = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== part));

  expect(parse(event, payload)).toMatchObject({ kind: "malformed", reason: expect.stringContaining(`"${part}"`) as string });
});
