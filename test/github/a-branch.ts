// What people do around a pull request: they push branches, report checks, review and delete.
import type { ItemSnapshot } from "../../sync/model.ts";
import { actAsPerson, REPOSITORY, START, type World } from "./world.ts";

const BRANCH = `mutation ($id: ID!, $name: String!, $oid: GitObjectID!) {
  createRef(input: { repositoryId: $id, name: $name, oid: $oid }) { ref { id } } }`;
const COMMIT = "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
const REVIEW = `mutation ($id: ID!, $event: PullRequestReviewEvent!) {
  addPullRequestReview(input: { pullRequestId: $id, event: $event }) { pullRequestReview { state } } }`;

/** Node id of the seeded repository. */
export const repositoryOf = (world: World): string => world.simulator.store.findRepository("acme", "widgets")?.id ?? "";

const branchOf = (world: World, name: string) =>
  world.simulator.store.children("Ref", repositoryOf(world)).find((ref) => ref.name === name);

/** The commit at the top of a branch. */
export function headOf(world: World, name: string): string {
  const commit = world.simulator.store.findOf("Commit", branchOf(world, name)?.targetId ?? null);
  if (!commit) throw new Error(`There is no branch "${name}".`);
  return commit.oid;
}

/** Commits a file on a branch; returns the commit's oid. */
export async function commit(world: World, branchName: string, path: string, content = path): Promise<string> {
  const input = {
    branch: { repositoryNameWithOwner: "acme/widgets", branchName },
    expectedHeadOid: headOf(world, branchName),
    message: { headline: `Change ${path}` },
    fileChanges: { additions: [{ path, contents: Buffer.from(content).toString("base64") }] },
  };
  await actAsPerson(world, COMMIT, { input });
  return headOf(world, branchName);
}

/** Makes a branch from `main`, without a commit of its own. */
export async function startBranch(world: World, name: string): Promise<void> {
  await actAsPerson(world, BRANCH, { id: repositoryOf(world), name: `refs/heads/${name}`, oid: headOf(world, "main") });
}

/** Makes a branch with one commit; returns the commit's oid. */
export async function pushBranch(world: World, name = "topic", path = `${name}.txt`, content = path): Promise<string> {
  await startBranch(world, name);
  return commit(world, name, path, content);
}

/** Deletes a branch. */
export async function deleteBranch(world: World, name: string): Promise<void> {
  await actAsPerson(world, "mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }", {
    id: branchOf(world, name)?.id,
  });
}

/** Reviews a pull request as ada, who must not be its author. */
export async function review(world: World, nodeId: string, event: "APPROVE" | "REQUEST_CHANGES"): Promise<void> {
  await actAsPerson(world, REVIEW, { id: nodeId, event });
}

/** Reports a check of a commit, as a build server does. */
export async function report(world: World, oid: string, state: "pending" | "success" | "failure"): Promise<void> {
  const url = `https://api.github.com/repos/acme/widgets/statuses/${oid}`;
  const body = JSON.stringify({ state, context: "ci" });
  const response = await world.run(
    world.simulator.fetch(new Request(url, { method: "POST", headers: { authorization: "token ci" }, body })),
  );
  if (!response.ok) throw new Error(`The check could not be reported: ${response.status}.`);
}

/** Makes a pull request through the adapter, from a branch that is pushed for it. */
export async function aPullRequest(world: World, head = "topic", draft = false): Promise<ItemSnapshot> {
  await pushBranch(world, head);
  return world.run(
    world.github.createPullRequest(
      { repositoryId: repositoryOf(world), repository: REPOSITORY, head, base: "main", title: `Change ${head}`, body: "", draft },
      { deadlineAtMs: Date.parse(START) + 60_000 },
    ),
  );
}
