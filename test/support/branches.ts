// What people do around a pull request: they push branches, report checks, review, close and merge.
import type { World } from "./world.ts";

/** A pull request as a person sees it. */
export interface PullSeen {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "OPEN" | "CLOSED" | "MERGED";
  readonly isDraft: boolean;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  readonly autoMerge: boolean;
  /** The option of the project's status field; `null`: not in the project. */
  readonly column: string | null;
}

const PULLS = `{ repository(owner: "acme", name: "widgets") { pullRequests(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes {
  id number title body state isDraft headRefName baseRefName milestone { title } autoMergeRequest { enabledAt }
  labels(first: 20) { nodes { name } } assignees(first: 20) { nodes { login } }
  projectItems(first: 5) { nodes { fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } } } } } } } }`;
const BRANCH = `mutation ($id: ID!, $name: String!, $oid: GitObjectID!) {
  createRef(input: { repositoryId: $id, name: $name, oid: $oid }) { ref { id } } }`;
const COMMIT = "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
const CREATE = "mutation ($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { number } } }";

interface Named {
  readonly nodes: readonly { readonly name: string }[];
}

interface Answer {
  readonly repository: {
    readonly pullRequests: {
      readonly nodes: readonly (Omit<PullSeen, "labels" | "assignees" | "milestone" | "autoMerge" | "column"> & {
        readonly labels: Named;
        readonly assignees: { readonly nodes: readonly { readonly login: string }[] };
        readonly milestone: { readonly title: string } | null;
        readonly autoMergeRequest: object | null;
        readonly projectItems: { readonly nodes: readonly { readonly fieldValueByName: { readonly name: string } | null }[] };
      })[];
    };
  };
}

/** The pull requests of the repository, in the order of their numbers. */
export async function pulls(world: World): Promise<readonly PullSeen[]> {
  const { repository } = await world.person.github<Answer>(PULLS);
  return repository.pullRequests.nodes.map(({ labels, assignees, milestone, autoMergeRequest, projectItems, ...rest }) => ({
    ...rest,
    labels: labels.nodes.map(({ name }) => name).sort(),
    assignees: assignees.nodes.map(({ login }) => login).sort(),
    milestone: milestone?.title ?? null,
    autoMerge: autoMergeRequest !== null,
    column: projectItems.nodes[0]?.fieldValueByName?.name ?? null,
  }));
}

/** The newest pull request of a branch. */
export async function pullOf(world: World, head: string): Promise<PullSeen> {
  const found = (await pulls(world)).filter(({ headRefName }) => headRefName === head).at(-1);
  if (!found) throw new Error(`There is no pull request of "${head}".`);
  return found;
}

const repositoryId = (world: World): string => world.github.store.findRepository("acme", "widgets")?.id ?? "";

const branchOf = (world: World, name: string) =>
  world.github.store.children("Ref", repositoryId(world)).find((ref) => ref.name === name);

/** The commit at the top of a branch. */
export function headOf(world: World, name: string): string {
  const commit = world.github.store.findOf("Commit", branchOf(world, name)?.targetId ?? null);
  if (!commit) throw new Error(`There is no branch "${name}".`);
  return commit.oid;
}

/** Commits a file on a branch; returns the commit's oid. */
export async function commit(world: World, branchName: string, path = "a.txt", content = path): Promise<string> {
  const input = {
    branch: { repositoryNameWithOwner: "acme/widgets", branchName },
    expectedHeadOid: headOf(world, branchName),
    message: { headline: `Change ${path}` },
    fileChanges: { additions: [{ path, contents: Buffer.from(content).toString("base64") }] },
  };
  await world.person.github(COMMIT, { input });
  return headOf(world, branchName);
}

/** Makes a branch from `main`, without a commit of its own. */
export async function startBranch(world: World, name: string): Promise<void> {
  const oid = headOf(world, "main");
  await world.person.github(BRANCH, { id: repositoryId(world), name: `refs/heads/${name}`, oid });
}

/** Makes a branch with one commit; returns the commit's oid. */
export async function pushBranch(world: World, name: string, path = `${name}.txt`, content = path): Promise<string> {
  await startBranch(world, name);
  return commit(world, name, path, content);
}

/** Opens a pull request, as a person does; returns its number. */
export async function openPull(world: World, head: string, input: Readonly<Record<string, unknown>> = {}): Promise<number> {
  const all = { repositoryId: repositoryId(world), baseRefName: "main", headRefName: head, title: `Change ${head}`, ...input };
  const answer = await world.person.github<{ createPullRequest: { pullRequest: { number: number } } }>(CREATE, { input: all });
  return answer.createPullRequest.pullRequest.number;
}

/** Does something to a pull request, by the name of the mutation: `closePullRequest`, `reopenPullRequest`, `mergePullRequest` … */
export async function actOn(world: World, id: string, mutation: string): Promise<void> {
  const document = `mutation ($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { clientMutationId } }`;
  await world.person.github(document, { id });
}

/** Approves a pull request as ada, who must not be its author. */
export async function approve(world: World, id: string): Promise<void> {
  const document =
    "mutation ($id: ID!) { addPullRequestReview(input: { pullRequestId: $id, event: APPROVE }) { clientMutationId } }";
  await world.person.github(document, { id });
}

/** Reports a check of a commit, as a build server does. */
export async function report(world: World, oid: string, state: "pending" | "success" | "failure"): Promise<void> {
  const url = `https://api.github.com/repos/acme/widgets/statuses/${oid}`;
  const body = JSON.stringify({ state, context: "ci" });
  const response = await world.github.fetch(new Request(url, { method: "POST", headers: { authorization: "token ci" }, body }));
  if (!response.ok) throw new Error(`The check could not be reported: ${response.status}.`);
}

/** Completes a check run of a commit, as the app of a build server does. */
export async function completeCheck(world: World, oid: string, conclusion: "success" | "failure", name = "build"): Promise<void> {
  const body = JSON.stringify({ name, head_sha: oid, status: "completed", conclusion });
  const url = "https://api.github.com/repos/acme/widgets/check-runs";
  const response = await world.github.fetch(new Request(url, { method: "POST", headers: { authorization: "token ci" }, body }));
  if (!response.ok) throw new Error(`The check run could not be reported: ${response.status}.`);
}

/** Changes flags of the repository, as its settings do: merge methods, protection, merge queue … */
export function setRepository(world: World, flags: Readonly<Record<string, unknown>>): void {
  const repository = world.github.store.findRepository("acme", "widgets");
  if (repository) world.github.store.put({ ...repository, ...flags });
}

/** A property that holds text, as Notion takes it. */
export const richText = (text: string): unknown => ({ rich_text: text === "" ? [] : [{ text: { content: text } }] });
