import { type Found, type Setup, textOf } from "./a-simulator.ts";

const BRANCH = `mutation ($id: ID!, $name: String!, $oid: GitObjectID!) {
  createRef(input: { repositoryId: $id, name: $name, oid: $oid }) { ref { id } } }`;
const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`;
const MAIN = `{ repository(owner: "acme", name: "widgets") { defaultBranchRef { id target { oid } } } }`;

/** The selection that most tests of pull requests read. */
export const PULL_REQUEST = `id number url state isDraft merged title headRefName headRefOid baseRefName isCrossRepository updatedAt closedAt
  headRepository { nameWithOwner } labels(first: 5) { nodes { name } } autoMergeRequest { mergeMethod enabledBy { login } }`;

export const CREATE = `mutation ($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { ${PULL_REQUEST} } } }`;

/** Reads the commit at the top of main. */
export async function mainOid(setup: Setup): Promise<string> {
  return textOf((await setup.read(MAIN))["repository"]?.["defaultBranchRef"]?.["target"]?.["oid"]);
}

/** Commits a file on a branch and returns the commit's oid. */
export async function commitOn(setup: Setup, branchName: string, head: string, path = "a.txt", content = path): Promise<string> {
  const input = {
    branch: { repositoryNameWithOwner: "acme/widgets", branchName },
    expectedHeadOid: head,
    message: { headline: `Change ${path}` },
    fileChanges: { additions: [{ path, contents: Buffer.from(content).toString("base64") }] },
  };
  return textOf((await setup.read(COMMIT, { input }))["createCommitOnBranch"]?.["commit"]?.["oid"]);
}

/** Makes a branch with one commit and returns the commit's oid. */
export async function aBranch(setup: Setup, name = "topic", path = "a.txt", content = path): Promise<string> {
  const oid = await mainOid(setup);
  await setup.read(BRANCH, { id: setup.repositoryId, name: `refs/heads/${name}`, oid });
  return commitOn(setup, name, oid, path, content);
}

/** Opens a pull request from a new branch with one commit. */
export async function aPullRequest(setup: Setup, input: Record<string, unknown> = {}): Promise<Found> {
  const headRefName = (input["headRefName"] as string | undefined) ?? "topic";
  await aBranch(setup, headRefName);
  const variables = {
    input: { repositoryId: setup.repositoryId, baseRefName: "main", headRefName, title: "A change", ...input },
  };
  return (await setup.read(CREATE, variables))["createPullRequest"]?.["pullRequest"] as Found;
}

/** Reads a pull request again. */
export async function readAgain(setup: Setup, id: unknown, fields = PULL_REQUEST): Promise<Found> {
  const { node } = await setup.read(`query ($id: ID!) { node(id: $id) { ... on PullRequest { ${fields} } } }`, { id });
  return node as Found;
}

/** Reports a check of a commit, as a build server does. */
export async function report(setup: Setup, oid: unknown, state: "pending" | "success" | "failure"): Promise<number> {
  const url = `https://api.github.test/repos/acme/widgets/statuses/${String(oid)}`;
  const body = JSON.stringify({ state, context: "ci" });
  return (await setup.simulator.fetch(new Request(url, { method: "POST", headers: { authorization: "token ci" }, body }))).status;
}

/** Reports a check run, as an app of a build server does. */
export async function runCheck(setup: Setup, oid: unknown, run: Readonly<Record<string, unknown>>): Promise<Response> {
  const body = JSON.stringify({ name: "build", head_sha: oid, ...run });
  const url = "https://api.github.test/repos/acme/widgets/check-runs";
  return setup.simulator.fetch(new Request(url, { method: "POST", headers: { authorization: "token ci" }, body }));
}
