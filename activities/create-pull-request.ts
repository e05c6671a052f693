import { appendMarker } from "../github/marker.ts";
import { rebase } from "../sync/base.ts";
import type { CreateEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit } from "./guards.ts";
import { issueBody } from "./issue-body.ts";
import { belongsTo, completeLink } from "./link-pair.ts";
import { later } from "./merge-pull-requests.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const RETRY_MS = 5_000; // ms

/**
 * Makes or finds the pull request of a page's branch: head and base are its natural key, so that one that exists is linked.
 *
 * @remarks Safe to repeat and to run twice: GitHub refuses a second pull request for the same branches, and the first is found then.
 */
export async function ensurePullRequest(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect,
  deadlineAtMs: number,
): Promise<void> {
  if (!pair.page || !effect.branch) return;
  try {
    const claim = await deps.storage.claims.claim("page", pair.pageId, mapping.name, pair.pageId);
    if (!claim.claimed) {
      pair.outcome = belongsTo(claim.mapping);
      return;
    }
    const pullRequest = (await findOpen(deps, effect)) ?? (await create(deps, mapping, pair, effect, deadlineAtMs));
    if (pullRequest) await take(deps, mapping, pair, effect, pullRequest);
  } catch (error) {
    pair.outcome = waitForBranch(error, effect) ?? outcomeOf(error, deps.clock.now(), RETRY_MS);
  }
}

async function findOpen(deps: ActivityDeps, { repository, branch }: CreateEffect): Promise<ItemSnapshot | undefined> {
  if (!branch) return undefined;
  const found = await deps.github.findPullRequest(repository, branch);
  const open = found.pullRequests.find((pullRequest) => pullRequest.state === "open");
  if (!open && !found.branch)
    throw new ServiceError({ service: "github", code: "branch_missing", end: "failed", message: "The branch is missing." });
  return open;
}

async function create(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect,
  deadlineAtMs: number,
): Promise<ItemSnapshot | undefined> {
  if (!pair.page || !effect.branch) return undefined;
  const held = await admit(deps, mapping, "creates");
  if (held) {
    pair.outcome = held;
    return undefined;
  }
  pair.isCounted = true;
  const repositoryId = await deps.facts.readRepositoryId(effect.repository);
  const body = appendMarker(issueBody(pair.page), deps.markers.format(pair.pageId));
  const { repository, title, branch } = effect;
  try {
    const created = await deps.github.createPullRequest({ repositoryId, repository, title, body, ...branch }, { deadlineAtMs });
    pair.wrote = true;
    return created;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== "exists") throw error;
    return findOpen(deps, effect);
  }
}

async function take(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect,
  pullRequest: ItemSnapshot,
): Promise<void> {
  const claim = await deps.storage.claims.claim("item", pullRequest.itemId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    pair.outcome = belongsTo(claim.mapping);
    return;
  }
  if (effect.field === "companion") {
    await takeCompanion(deps, pair, pullRequest);
    return;
  }
  if (!pair.page) return;
  // A pull request that people made has a title of its own, which the merge settles.
  const isOurs = pair.wrote;
  await completeLink(
    deps,
    mapping,
    pair,
    pullRequest,
    rebase(undefined, isOurs ? ["title", "status"] : ["status"], pair.page, pullRequest),
  );
}

async function takeCompanion(deps: ActivityDeps, pair: PairWork, pullRequest: ItemSnapshot): Promise<void> {
  if (!pair.link) return;
  const { kind, itemId, nodeId, repositoryId, repository, number, url } = pullRequest;
  const link = { ...pair.link.value, companion: { kind, itemId, nodeId, repositoryId, repository, number, url } };
  pair.link = { value: link, etag: await deps.storage.links.replace(link, pair.link.etag) };
  pair.companion = pullRequest;
}

/** A branch that is not there yet, or has no commits, is waited for: people push later than they plan. */
function waitForBranch(error: unknown, { branch, repository }: CreateEffect) {
  if (!(error instanceof ServiceError) || !branch) return undefined;
  if (error.code === "branch_missing") {
    const reason = `Branch "${branch.head}" or its base "${branch.base}" is not in ${repository}.`;
    return later("branch_missing", reason, "Push the branch, or correct its name on the page.");
  }
  if (error.code === "branch_empty") {
    const reason = `Branch "${branch.head}" of ${repository} has no commits that "${branch.base}" lacks.`;
    return later("branch_empty", reason, "Push a commit to the branch.");
  }
  return undefined;
}
