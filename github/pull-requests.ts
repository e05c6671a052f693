import { type Clock, isoNow } from "../sync/clock.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord, splitName, toAbsence } from "./answer.ts";
import { FIND_PULL_REQUEST } from "./documents-pull-requests.ts";
import { isItemNode, toItemContent, toItemErrors } from "./items.ts";
import { sendLone } from "./lone-write.ts";
import type { Answer, GithubClient } from "./request.ts";
import { checkValues, toNotAppliedProblem } from "./write-checks.ts";
import type { WriteOptions } from "./writes.ts";
import { toGithubTitle } from "./title.ts";

/** A pull request to be made. */
export interface NewPullRequest {
  /** Node id. */
  readonly repositoryId: string;
  /** `owner/name`; for people, GitHub goes by the id. */
  readonly repository: string;
  /** Names of branches of the repository, without `refs/heads/`. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  /** With the marker as its last line. */
  readonly body: string;
  readonly draft: boolean;
}

/** A branch, and what was made of it. */
export interface BranchReading {
  /** `null`: there is no such branch. */
  readonly branch: { readonly oid: string } | null;
  /** Open ones first, then the newest; none of forks. */
  readonly pullRequests: readonly ItemSnapshot[];
}

/** Creates the finding and making of pull requests; see `GithubAdapter`. */
export function createPullRequests(client: GithubClient, clock: Clock) {
  return {
    async findPullRequest(
      repository: string,
      { head, base }: { readonly head: string; readonly base: string },
    ): Promise<BranchReading> {
      const variables = { ...splitName(repository), ref: `refs/heads/${head}`, head, base };
      const answer = await client.read(FIND_PULL_REQUEST, variables);
      const found = answer.data["repository"];
      if (!isRecord(found)) throw toAbsence(answer, "the repository");
      const ref = found["ref"];
      const target = isRecord(ref) && isRecord(ref["target"]) ? ref["target"]["oid"] : undefined;
      // Without a branch there is no target; what could not be read is not absent.
      if (ref !== null && typeof target !== "string") throw toAbsence(answer, "the branch");
      if (ref === null && toItemErrors(answer.errors, ["repository", "ref"]).whole) throw toAbsence(answer, "the branch");
      const readAt = isoNow(clock);
      const pullRequests = ["open", "ended"].flatMap((list) => toOwn(answer, found, list, readAt));
      return { branch: typeof target === "string" ? { oid: target } : null, pullRequests };
    },

    async createPullRequest(wanted: NewPullRequest, { deadlineAtMs }: WriteOptions): Promise<ItemSnapshot> {
      const { repositoryId, head, base, title, body, draft } = wanted;
      const input = { repositoryId, headRefName: head, baseRefName: base, title: toGithubTitle(title), body, draft };
      const { item, node } = await sendLone(client, clock, { name: "createPullRequest", kind: "create", input, deadlineAtMs });
      const problems = [...item.problems, ...checkValues({ title, body, baseRefName: base }, item, node)];
      if (item.isDraft !== draft) problems.push(toNotAppliedProblem("draft", `it is ${draft ? "no" : "a"} draft`));
      return { ...item, problems };
    },
  };
}

function toOwn(
  answer: Answer,
  repository: Readonly<Record<string, unknown>>,
  list: string,
  readAt: string,
): readonly ItemSnapshot[] {
  const connection = repository[list];
  if (!isRecord(connection) || !Array.isArray(connection["nodes"])) throw toAbsence(answer, "the pull requests of the branch");
  return connection["nodes"].flatMap((node: unknown, place) => {
    const { whole, byField } = toItemErrors(answer.errors, ["repository", list, "nodes", place]);
    if (!isRecord(node) || !isItemNode(node) || whole) throw whole ?? toAbsence(answer, "every pull request of the branch");
    const head = "headRepository" in node ? node.headRepository : null;
    const isOwn = isRecord(head) && head["id"] === repository["id"];
    return isOwn ? [toItemContent(node, readAt, byField).item] : [];
  });
}
