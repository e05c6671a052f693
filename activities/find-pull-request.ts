import type { BranchPlan, CreateEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { FieldProblem, ItemSnapshot } from "../sync/model.ts";
import { isSameReference, parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

/** What is there of a page's branch: the pull request to link, what stands in the way of making one, or nothing. */
export interface FoundPullRequest {
  readonly pullRequest?: ItemSnapshot;
  readonly problem?: FieldProblem;
}

/**
 * Finds the pull request of a branch: an open one, else one that was made for this page, else one of the very commit that the
 * branch stands at. An ended one of older commits is another piece of work.
 *
 * @throws ServiceError with the code `branch_missing`.
 */
export async function findPullRequest(
  deps: ActivityDeps,
  pair: PairWork,
  effect: CreateEffect & { readonly branch: BranchPlan },
): Promise<FoundPullRequest> {
  const { branch, pullRequests } = await deps.github.findPullRequest(effect.repository, effect.branch);
  const open = pullRequests.find((pullRequest) => pullRequest.state === "open");
  if (open) return checkOwner(deps, pair, open);
  const own = pullRequests.find((pullRequest) => isMarkedFor(deps, pair.pageId, pullRequest));
  if (own) return { pullRequest: own };
  if (!branch) {
    throw new ServiceError({ service: "github", code: "branch_missing", end: "failed", message: "The branch is missing." });
  }
  const ended = pullRequests.find(
    (pullRequest) =>
      pullRequest.pullRequest?.headRefOid === branch.oid && (effect.field === "item" || pullRequest.state === "merged"),
  );
  return ended ? checkOwner(deps, pair, ended) : {};
}

/** A pull request of another page must not be taken, nor one whose marker nobody can verify, unless the page names it itself. */
export async function checkOwner(deps: ActivityDeps, pair: PairWork, pullRequest: ItemSnapshot): Promise<FoundPullRequest> {
  const claim = await deps.storage.claims.find("item", pullRequest.itemId);
  if (claim) return claim.pageId === pair.pageId ? { pullRequest } : { problem: othersPullRequest(pullRequest) };
  const marker = pullRequest.marker === null ? undefined : deps.markers.check(pullRequest.marker);
  if (!marker || isNamed(pair, pullRequest)) return { pullRequest };
  if (marker.valid) return marker.pageId === pair.pageId ? { pullRequest } : { problem: othersPullRequest(pullRequest) };
  return marker.pageId === pair.pageId ? { problem: unverifiedPullRequest(pullRequest) } : { pullRequest };
}

function isMarkedFor(deps: ActivityDeps, pageId: string, { marker }: ItemSnapshot): boolean {
  const checked = marker === null ? undefined : deps.markers.check(marker);
  return checked?.valid === true && checked.pageId === pageId;
}

function isNamed({ page }: PairWork, pullRequest: ItemSnapshot): boolean {
  const reference = parseReference(page?.reference ?? null);
  return reference !== undefined && isSameReference(`${reference.repository}#${reference.number}`, pullRequest);
}

/** The pull request of the branch is another page's. */
export function othersPullRequest({ repository, number, pullRequest }: ItemSnapshot): FieldProblem {
  return {
    field: "branch",
    code: "claimed",
    reason: `Pull request ${repository}#${number} of branch "${pullRequest?.headRefName ?? ""}" belongs to another page.`,
    remedy: "Name another branch on this page, or unlink the other page.",
  };
}

function unverifiedPullRequest({ repository, number }: ItemSnapshot): FieldProblem {
  const name = `${repository}#${number}`;
  return {
    field: "branch",
    code: "marker_unverified",
    reason: `Pull request ${name} carries the marker of this page, and it was not made with any of MARKER_KEYS.`,
    remedy: `If it is the page's pull request, write "${name}" into its "GitHub" property; else remove the marker from its text.`,
  };
}
