// Check runs and their suite, in REST's form.
import type { CheckRun, Commit, PullRequest } from "../model.ts";
import { nameWithOwner } from "../web-addresses.ts";
import { branchesAt, plainCommitShape } from "./commit-shapes.ts";
import { type Shape, type ShapeSource, accountShapeOf } from "./shapes.ts";

const BUILD_APP_ID = 15_368;
/** From the best to the worst: the suite is as its worst run. */
const CONCLUSIONS = [
  "skipped",
  "neutral",
  "success",
  "stale",
  "action_required",
  "cancelled",
  "timed_out",
  "startup_failure",
  "failure",
];

/** The suite of a commit's runs has an id of its own, whatever the runs are. */
const suiteIdOf = ({ oid }: Commit): number => Number.parseInt(oid.slice(0, 8), 16);

const pathOf = ({ store }: ShapeSource, commit: Commit): string =>
  nameWithOwner(store, store.get("Repository", commit.repositoryId));

/** The open pull requests of a commit; none of forks. */
function pullRequestsOf({ store }: ShapeSource, { repositoryId, oid }: Commit): PullRequest[] {
  return store
    .children("PullRequest", repositoryId)
    .filter((pull) => pull.state === "OPEN" && pull.headRefOid === oid && pull.headRepositoryId === repositoryId);
}

function endShape(source: ShapeSource, repositoryId: string, ref: string, sha: string): Shape {
  const repository = source.store.get("Repository", repositoryId);
  const url = `${source.apiUrl}/repos/${nameWithOwner(source.store, repository)}`;
  return { ref, sha, repo: { id: repository.databaseId, url, name: repository.name } };
}

/** A pull request as checks name it. */
function pullRequestShapes(source: ShapeSource, commit: Commit): Shape[] {
  return pullRequestsOf(source, commit).map((pull) => ({
    id: Number(pull.fullDatabaseId),
    number: pull.number,
    url: `${source.apiUrl}/repos/${pathOf(source, commit)}/pulls/${pull.number}`,
    head: endShape(source, pull.headRepositoryId, pull.headRefName, pull.headRefOid),
    base: endShape(source, pull.repositoryId, pull.baseRefName, pull.baseRefOid),
  }));
}

/** The app that runs the checks. */
function buildAppShape(source: ShapeSource, commit: Commit): Shape {
  const repository = source.store.get("Repository", commit.repositoryId);
  const url = `${source.webUrl}/apps/build`;
  return {
    id: BUILD_APP_ID,
    slug: "build",
    node_id: `A_${BUILD_APP_ID}`,
    owner: accountShapeOf(source, repository.ownerId),
    name: "Build",
    description: "",
    external_url: url,
    html_url: url,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    permissions: { checks: "write" },
    events: [],
  };
}

/** One run, as its route answers. */
export function checkRunShape(source: ShapeSource, commit: Commit, run: CheckRun): Shape {
  const path = pathOf(source, commit);
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: commit.oid,
    name: run.name,
    external_id: "",
    url: `${source.apiUrl}/repos/${path}/check-runs/${run.id}`,
    html_url: `${source.webUrl}/${path}/runs/${run.id}`,
    details_url: `${source.webUrl}/${path}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: "" },
    check_suite: { id: suiteIdOf(commit) },
    app: buildAppShape(source, commit),
    pull_requests: pullRequestShapes(source, commit),
  };
}

/** The suite of all runs of a commit, once they are completed. */
export function checkSuiteShape(source: ShapeSource, commit: Commit): Shape {
  const runs = Object.values(commit.checkRuns ?? {});
  const url = `${source.apiUrl}/repos/${pathOf(source, commit)}/check-suites/${suiteIdOf(commit)}`;
  const worst = Math.max(...runs.map(({ conclusion }) => CONCLUSIONS.indexOf(conclusion ?? "")));
  const times = runs.map(({ startedAt }) => startedAt).sort();
  return {
    id: suiteIdOf(commit),
    node_id: `CS_${suiteIdOf(commit)}`,
    head_branch: branchesAt(source, commit)[0]?.name ?? null,
    head_sha: commit.oid,
    status: "completed",
    conclusion: CONCLUSIONS[worst] ?? null,
    url,
    check_runs_url: `${url}/check-runs`,
    before: commit.parentOids[0] ?? null,
    after: commit.oid,
    pull_requests: pullRequestShapes(source, commit),
    app: buildAppShape(source, commit),
    created_at: times[0] ?? source.store.now(),
    updated_at: source.store.now(),
    latest_check_runs_count: runs.length,
    head_commit: plainCommitShape(source, commit),
  };
}
