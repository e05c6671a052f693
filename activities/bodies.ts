import { appendMarker } from "../github/marker.ts";
import { fitBody } from "../markdown/fit-body.ts";
import { toGithubBody } from "../markdown/github-body.ts";
import { isSameBody, normaliseBody } from "../markdown/normalise.ts";
import { readRegion } from "../markdown/region.ts";
import { carriesBody, isBodyKnown } from "../sync/body.ts";
import { isoNow } from "../sync/clock.ts";
import type { GithubEffect, PairPlan } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import { fingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { BodyBase, FieldProblem, PageSnapshot } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { issueBody } from "./issue-body.ts";
import { outcomeOf } from "./pair-work.ts";
import type { BodyWork, PairWork } from "./pair-work.ts";

const RETRY_MS = 30_000; // ms

/** Reads the text of pages that may have changed, and adds to their plans what GitHub's text becomes. */
export async function readBodies(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  if (!carriesBody(mapping)) return;
  for (const pair of pairs) {
    if (pair.outcome || pair.again || pair.body || !pair.page || !pair.item || !pair.plan) continue;
    if (isBodyKnown(mapping, pair.link?.value, pair.page.editedAt)) continue;
    try {
      pair.body = await readBody(deps, mapping, pair, pair.page);
      if (pair.body?.text !== undefined) pair.plan = withBody(pair.plan, pair.body.text);
    } catch (error) {
      // The text comes later; the other fields need not wait for it.
      if (!(error instanceof ServiceError)) throw error;
      const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
      if (outcome.status === "failed")
        pair.refused.push({ field: "body", code: outcome.code, reason: outcome.reason, remedy: outcome.remedy });
      else pair.bodyWaits = outcome;
    }
  }
}

/** The text of a new item, with its marker: where it was planned and, if the mapping carries it, the text of its page. */
export async function newBody(deps: ActivityDeps, mapping: Mapping, pair: PairWork, page: PageSnapshot): Promise<string> {
  const outside = appendMarker(issueBody(page), deps.markers.format(pair.pageId));
  if (!carriesBody(mapping)) return outside;
  try {
    const region = await readRegionOf(deps, mapping, pair, page);
    if (!region) return outside;
    const { body } = fitBody(region.markdown, outside, { pageUrl: page.url });
    pair.body = { base: region.base, text: undefined, isDone: true };
    return body;
  } catch (error) {
    // The item is made all the same, and its text follows.
    if (!(error instanceof ServiceError)) throw error;
    return outside;
  }
}

async function readBody(deps: ActivityDeps, mapping: Mapping, pair: PairWork, page: PageSnapshot): Promise<BodyWork | undefined> {
  const region = await readRegionOf(deps, mapping, pair, page);
  if (!region || !pair.item) return undefined;
  // The same text as was carried last needs no look at GitHub.
  if (region.base.hash === pair.link?.value.body?.hash) return { base: region.base, text: undefined, isDone: true };
  const content = await deps.github.findContent(pair.item.repository, pair.item.number);
  if (!content) return undefined;
  const there = readRegion(content.body);
  if (there !== undefined && isSameBody(there, region.markdown)) return { base: region.base, text: undefined, isDone: true };
  if (there === undefined && region.markdown.trim() === "") return { base: region.base, text: undefined, isDone: true };
  const { body, isCut } = fitBody(region.markdown, content.body, { pageUrl: page.url });
  if (isCut && body === content.body) {
    pair.refused.push(noRoom());
    return undefined;
  }
  return { base: region.base, text: body, isDone: false };
}

async function readRegionOf(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  page: PageSnapshot,
): Promise<{ readonly markdown: string; readonly base: BodyBase } | undefined> {
  const readAt = isoNow(deps.clock);
  const { markdown, complete } = await deps.notion.readMarkdown(pair.pageId);
  if (!complete) {
    pair.refused.push(incomplete());
    return undefined;
  }
  const converted = toGithubBody(markdown, {
    pageUrl: page.url,
    allowedMentions: mapping.mentions ? Object.values(mapping.people) : [],
    mentionOf: (userId) => mapping.people[userId],
  });
  const hash = fingerprint(normaliseBody(converted.markdown));
  return { markdown: converted.markdown, base: { hash, editedAt: page.editedAt, readAt } };
}

function withBody(plan: PairPlan, text: string): PairPlan {
  const effect: GithubEffect = {
    side: "github",
    kind: "update",
    field: "body",
    from: null,
    to: `${text.length} characters`,
    why: "the text of the page changed",
  };
  return { ...plan, effects: [...plan.effects, effect] };
}

function incomplete(): FieldProblem {
  return {
    field: "body",
    code: "body_incomplete",
    reason: "Notion does not give the whole text of the page, so the text on GitHub is left as it is.",
    remedy: "Share embedded pages with the connection, or split the page.",
  };
}

function noRoom(): FieldProblem {
  return {
    field: "body",
    code: "body_no_room",
    reason: "What people wrote on GitHub leaves no room for the text of the page: 65,536 characters are all there are.",
    remedy: "Shorten the text on GitHub.",
  };
}
