// Which permission a refusal is about. GitHub says only that a "resource is not accessible"; the place in the document says which.
import type { ServiceError } from "../sync/error.ts";
import { withCode } from "./error.ts";

/** What the token may not; what its owner may not is worded otherwise. */
const BY_TOKEN = /resource not accessible/i;

/** What has codes of its own where it is sent. */
const ELSEWHERE = /project|^(merge|enable|disable)PullRequest/i;

/** Name of a field or mutation → the code of its refusal. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^issueOrPullRequest$/, "forbidden"],
  [/pullRequest/i, "pull_requests_forbidden"],
  [/^(ref|refs|object|defaultBranchRef)$/, "contents_forbidden"],
  [/issue|label|assignee|comment|milestone/i, "issues_forbidden"],
];

/** Gives a refusal the code of the permission that is missing, if its place tells which. */
export function toPermissionError(error: ServiceError, path: readonly (string | number)[], document: string): ServiceError {
  if (error.code !== "forbidden" || !BY_TOKEN.test(error.message)) return error;
  const [root = "", ...below] = path;
  const [place, ...deeper] = root === "repository" ? below : path;
  // Further down it is about one entry or value, and the rest was given.
  if (typeof place !== "string" || deeper.length > 0) return error;
  const name = resolveAlias(place, document);
  if (ELSEWHERE.test(name)) return error;
  const code = CODES.find(([pattern]) => pattern.test(name))?.[1];
  return code === undefined ? error : withCode(error, code);
}

/** The field that an alias stands for. */
const resolveAlias = (name: string, document: string): string =>
  // What stands between may name places that no document has.
  !/^\w+$/.test(name) ? name : (new RegExp(`\\b${name}:\\s*(\\w+)\\s*[({]`).exec(document)?.[1] ?? name);
