// An explanation in words: pure, from what was read. Each step is one or two plain sentences, in the order in which a run goes.
import type { StatusValue } from "../sync/mapping.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { formatReference } from "../sync/reference.ts";
import { findStatusValue } from "../sync/status.ts";
import type { Asked, LoneItemFacts, PairFacts, Unread, Verdict } from "./explain-facts.ts";
import { nextSteps } from "./explain-next.ts";
import { endSteps } from "./explain-ends.ts";
import { quote, sentence, toList } from "./explain-words.ts";

/** The steps of an explanation. */
export function toSteps(facts: PairFacts | LoneItemFacts): readonly string[] {
  if (facts.kind === "item") return loneItemSteps(facts);
  return [
    ...askedStep(facts),
    ...sourceSteps(facts),
    ...filterSteps(facts),
    ...statusSteps(facts),
    ...linkSteps(facts),
    ...endSteps(facts),
    ...nextSteps(facts),
  ];
}

function askedStep({ askedItem, link, pageId }: PairFacts): readonly string[] {
  if (askedItem === undefined) return [];
  const isCompanion = link?.companion && formatReference(link.companion) === askedItem;
  const role = isCompanion ? "is the pull request that hangs on the item of" : "belongs to";
  return [`${askedItem} ${role} the page ${pageId}.`];
}

function sourceSteps({ page, pageId, mapping, formerMapping, sourceMappings, link }: PairFacts): readonly string[] {
  const former =
    formerMapping === undefined
      ? []
      : [
          `The page belongs to mapping ${quote(formerMapping)}, which the configuration has no more: its link there stays and is not used. If that mapping was renamed, name it in "previousName".`,
        ];
  if (page.status === "unread") return [...former, cannotAsk("Notion", page)];
  if (page.status !== "found") {
    return [...former, "Notion does not find the page: it is deleted, or not shared with the connection."];
  }
  const { dataSourceId, inTrash } = page.value;
  const place = dataSourceId === "" ? "in no data source" : `in the data source ${dataSourceId}`;
  const trash = inTrash ? ["The page is in the trash: nothing is written to it."] : [];
  if (sourceMappings.length === 0) {
    const then = link?.state === "linked" && formerMapping === undefined ? "its link is let go" : "nothing is synced from there";
    return [...former, `The page ${pageId} is ${place}, which no mapping has: ${then}.`, ...trash];
  }
  const isElsewhere = mapping !== undefined && mapping.notion.dataSourceId !== dataSourceId;
  const moved = isElsewhere && link ? ` It came from mapping ${quote(mapping.name)}, and its link goes along.` : "";
  return [...former, `The page ${pageId} is ${place}, which is mapped by ${toList(sourceMappings)}.${moved}`, ...trash];
}

function filterSteps({ page, mapping, link }: PairFacts): readonly string[] {
  if (page.status !== "found") return [];
  const isLinked = link?.state === "linked";
  const { verdicts: all } = page.value;
  // A page without a link belongs to the first that takes it; one whose filter cannot be judged keeps it, and it fails there.
  const last = all.findIndex(({ takes, problem }) => takes || problem !== undefined);
  const verdicts = isLinked
    ? all.filter((each) => each.mapping === mapping?.name)
    : all.slice(0, last < 0 ? all.length : last + 1);
  return verdicts.map((verdict) => filterStep(verdict, isLinked));
}

function filterStep({ mapping, hasFilter, takes, problem }: Verdict, isLinked: boolean): string {
  const filter = `The filter of mapping ${quote(mapping)}`;
  if (problem) return `${filter} cannot be judged: ${sentence(problem.reason)} ${problem.remedy}`;
  if (takes) return hasFilter ? `${filter} takes it.` : `Mapping ${quote(mapping)} has no filter: it takes every page.`;
  return isLinked ? `${filter} leaves it out now; it is linked, and is synced as before.` : `${filter} leaves it out.`;
}

function statusSteps({ page, mapping }: PairFacts): readonly string[] {
  const snapshot = page.status === "found" ? page.value.snapshot : undefined;
  if (!mapping || !snapshot) return [];
  const { property, values, direction } = mapping.status;
  const problem = snapshot.problems.find(({ field }) => field === "status");
  if (problem) return [`The status cannot be read: ${sentence(problem.reason)} ${problem.remedy}`];
  const { status } = snapshot;
  const way = direction === "toNotion" ? " By the mapping, the status goes from GitHub to Notion only." : "";
  if (status === null) return [`Property ${quote(property)} is empty: a page without a status makes and changes nothing.${way}`];
  const value = findStatusValue(mapping.status, status);
  if (value) return [`Its status ${quote(status)} ${meaningOf(value)}.${way}`];
  const listed = toList(values.map(({ name }) => name));
  return [`Its status ${quote(status)} is not in the mapping, so it makes and changes nothing. Listed are ${listed}.${way}`];
}

/** What a status means for the item on GitHub. */
function meaningOf({ item, reason, pullRequest }: StatusValue): string {
  if (item === "none") return "makes no item, and means a linked one to be open";
  if (item === "open") return "means an open item, which is made if there is none";
  const words = { merge: "merged", autoMerge: "merged as soon as GitHub allows it", close: "closed unmerged" } as const;
  const pull = pullRequest === null ? "" : `, and a pull request ${words[pullRequest]}`;
  return `means an item closed as ${reason.replace("_", " ")}${pull}`;
}

function linkSteps(facts: PairFacts): readonly string[] {
  const { link } = facts;
  if (!link) return [facts.formerMapping === undefined ? "It has no item." : "It has no item here.", ...namedSteps(facts)];
  const name = link.item ? formatReference(link.item) : "an item";
  if (link.state === "reserved") {
    const { sentAt, deadlineAt, repository } = link.reservation ?? {};
    return [
      `Its item is being made in ${repository ?? "its repository"} since ${sentAt ?? "a moment ago"}; if the answer is lost, GitHub is looked at from ${deadlineAt ?? "now"} on before anything is repeated.`,
    ];
  }
  if (link.state === "detached") {
    return [`It was linked with ${name} and let it go; the page takes it up again when it is restored or moved back.`];
  }
  const companion = link.companion ? `, on which the pull request ${formatReference(link.companion)} hangs` : "";
  const synced = link.syncedAt === undefined ? "nothing was written to it since" : `last written to at ${link.syncedAt}`;
  return [`It is linked with ${name}${companion}; ${synced}.`, ...itemSteps(facts), ...missingStep(facts)];
}

function itemSteps({ link, item, companion }: PairFacts): readonly string[] {
  const main = link?.item ? itemStep(formatReference(link.item), item) : [];
  // One request asks for both: what is wrong with it is said once.
  if (item.status === "unread") return main;
  return [...main, ...(link?.companion ? itemStep(formatReference(link.companion), companion) : [])];
}

function itemStep(name: string, asked: Asked<ItemSnapshot>): readonly string[] {
  switch (asked.status) {
    case "found":
      return [`${formatReference(asked.value)} is ${describeItem(asked.value)}.`];
    case "missing":
      return [`GitHub does not find ${name}: it is deleted, transferred, or out of the token's reach.`];
    case "unread":
      return [cannotAsk("GitHub", asked)];
    case "notAsked":
      return [];
  }
}

function missingStep({ link }: PairFacts): readonly string[] {
  if (!link?.missing) return [];
  const service = link.missing.side === "notion" ? "Notion" : "GitHub";
  return [
    `${service} does not find its side since ${link.missing.since}; nothing is concluded before a second look, 10 minutes later.`,
  ];
}

function namedSteps({ named }: PairFacts): readonly string[] {
  if (!named) return [];
  const { name, item, owner, markedFor } = named;
  if (item.status === "unread") return [`The page names ${name}. ${cannotAsk("GitHub", item)}`];
  if (item.status !== "found") {
    return [
      `The page names ${name}, which GitHub does not find: none is made in its place. Give the token access to it, or empty the "GitHub" property.`,
    ];
  }
  if (owner) return [`The page names ${name}, which belongs to the page ${owner.pageId} of mapping ${quote(owner.mapping)}.`];
  if (markedFor !== undefined) return [`The page names ${name}, whose text carries the marker of the page ${markedFor}.`];
  return [`The page names ${name}, ${describeItem(item.value)} that belongs to no page.`];
}

function loneItemSteps({ name, item, mappings, markedFor, isSearchCut }: LoneItemFacts): readonly string[] {
  const repository = name.slice(0, name.indexOf("#"));
  const mapped =
    mappings.length === 0
      ? `No mapping has the repository ${repository}.`
      : `The repository ${repository} is mapped by ${toList(mappings)}.`;
  const marked =
    markedFor === undefined ? [] : [`Its text carries the marker of the page ${markedFor}: ask about that page, too.`];
  const unlinked = isSearchCut ? "None of the links that were looked through names it." : "No page is linked with it.";
  const then =
    "This version makes no pages for items of GitHub. To link it, write " +
    `${name} into the "GitHub" property of a page that has no item.`;
  if (item.status === "unread") return [cannotAsk("GitHub", item), mapped, unlinked];
  return [...itemStep(name, item), mapped, unlinked, ...marked, ...(mappings.length === 0 ? [] : [then])];
}

function describeItem({ kind, state, reason, isDraft }: ItemSnapshot): string {
  const what = kind === "issue" ? "issue" : "pull request";
  if (state === "open") return isDraft ? `an open draft ${what}` : `an open ${what}`;
  if (state === "merged") return `a merged ${what}`;
  return reason === null ? `a closed ${what}` : `an ${what} closed as ${reason.replace("_", " ")}`;
}

function cannotAsk(service: string, { code, reason, remedy }: Unread): string {
  return `${service} cannot be asked now (${code}), so this is what is remembered: ${sentence(reason)} ${remedy}`;
}
