// Deliveries that say nothing of an item themselves, but after which a pair that waits may go on.
import type { GithubDelivery } from "./delivery.ts";
import { CheckSuitePayload, parsePayload, PushPayload, ReviewPayload, StatusPayload } from "./webhook-schema.ts";

const BRANCHES = "refs/heads/";

const ignored = (reason: string): GithubDelivery => ({ kind: "ignored", reason });

/** By the name of the event. */
export const HINT_PARSERS: Readonly<Record<string, (payload: object) => GithubDelivery>> = {
  pull_request_review(payload) {
    const parsed = parsePayload(ReviewPayload, payload);
    if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
    const { action, review, pull_request: pullRequest, repository } = parsed.value;
    const isOpinion = action === "submitted" && review.state.toLowerCase() !== "commented";
    if (!isOpinion && action !== "dismissed") return ignored("Reviews that neither approve nor ask for changes are not used.");
    return { kind: "hint", repository: repository.full_name, itemIds: [String(pullRequest.id)], branches: [] };
  },

  check_suite(payload) {
    const parsed = parsePayload(CheckSuitePayload, payload);
    if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
    const { action, check_suite: suite, repository } = parsed.value;
    if (action !== "completed") return ignored("Check suites that are not completed are not used.");
    const itemIds = suite.pull_requests.map(({ id }) => String(id));
    // Those of forks are not named, and neither are those that were opened after the suite began.
    const branches = itemIds.length === 0 && suite.head_branch ? [suite.head_branch] : [];
    return { kind: "hint", repository: repository.full_name, itemIds, branches };
  },

  status(payload) {
    const parsed = parsePayload(StatusPayload, payload);
    if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
    const { sha, state, repository } = parsed.value;
    if (state === "pending") return ignored("Statuses that are pending are not used.");
    // Branches are listed that only contain the commit, too.
    const branches = parsed.value.branches.filter(({ commit }) => commit.sha === sha).map(({ name }) => name);
    if (branches.length === 0) return ignored("Statuses of commits at which no branch stands are not used.");
    return { kind: "hint", repository: repository.full_name, itemIds: [], branches };
  },

  push(payload) {
    const parsed = parsePayload(PushPayload, payload);
    if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
    const { ref, deleted, repository } = parsed.value;
    if (deleted || !ref.startsWith(BRANCHES)) return ignored("Tags, and branches that are gone, are not used.");
    return { kind: "hint", repository: repository.full_name, itemIds: [], branches: [ref.slice(BRANCHES.length)] };
  },
};
