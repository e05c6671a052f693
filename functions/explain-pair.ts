// Gathers what is known of a pair, from the tables first.
import { toNotionId } from "../notion/id.ts";
import { toPageSnapshot } from "../notion/page.ts";
import { routePage } from "../notion/route.ts";
import type { NotionPage } from "../notion/schema.ts";
import { mapParallel } from "../storage/parallel.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import { isOutdated } from "../sync/mapping-print.ts";
import type { Change, ItemSnapshot, Link, Side } from "../sync/model.ts";
import { notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import type { FunctionDeps } from "./deps.ts";
import type { Asked, PairFacts, SeenPage, UnknownFacts, Verdict } from "./explain-facts.ts";
import { isPartialPlan, planNow } from "./explain-plan.ts";
import { askItems, askNamed, askPage } from "./explain-services.ts";
import { describeBudget } from "./status.ts";

/** What one mapping has stored of a page. */
interface Held {
  readonly mapping: Mapping;
  readonly link: Link | undefined;
  readonly isKnown: boolean;
}

/** The item by which a pair was found. */
export interface FoundBy {
  /** `owner/name#12` */
  readonly name: string;
  readonly item: Asked<ItemSnapshot>;
}

/** Gathers what is known of a page and its item: one request to Notion, and one to GitHub. */
export async function readPair(deps: FunctionDeps, pageId: string, foundBy?: FoundBy): Promise<PairFacts | UnknownFacts> {
  const { storage, mappings } = deps;
  const nowIso = isoNow(deps.clock);
  const [asked, held, claim] = await Promise.all([
    askPage(deps, pageId),
    mapParallel(mappings, (mapping) => readHeld(deps, mapping, pageId)),
    storage.claims.find("page", pageId),
  ]);
  if (asked.status === "missing" && !claim && !held.some(({ isKnown }) => isKnown) && !foundBy) return unknownPage(deps, pageId);
  const page = asked.status === "found" ? asked.value : undefined;
  const mapping = chooseMapping(mappings, held, claim?.mapping, page, nowIso);
  const formerMapping = claim && !mappings.some(({ name }) => name === claim.mapping) ? claim.mapping : undefined;
  const unused = mapping || formerMapping === undefined ? undefined : await storage.links.find(formerMapping, pageId);
  const link = held.find((each) => each.mapping === mapping)?.link ?? unused?.value;
  const seen = page && toSeen(mappings, mapping, page, nowIso);
  const items = await askItems(deps, link, foundBy?.item);
  const named = link?.item || link?.state === "reserved" ? undefined : await askNamed(deps, seen?.snapshot);
  const base = {
    kind: "pair" as const,
    pageId,
    ...(foundBy ? { askedItem: foundBy.name } : {}),
    page: seen ? ({ status: "found", value: seen } as const) : (asked as Exclude<typeof asked, { status: "found" }>),
    ...items,
    ...(named ? { named } : {}),
    ...(mapping ? { mapping } : {}),
    ...(formerMapping === undefined ? {} : { formerMapping }),
    sourceMappings: mappings.filter((each) => each.notion.dataSourceId === seen?.dataSourceId).map((each) => each.name),
    ...(link ? { link } : {}),
    isOutdated: mapping !== undefined && isOutdated(mapping, link?.config),
    ...(await readStored(deps, mapping, pageId, link)),
    isPartial: mapping !== undefined && isPartialPlan(mapping),
    nowIso,
  };
  const plan = planNow(base);
  return { ...base, ...(plan ? { plan } : {}) };
}

async function readHeld({ storage }: FunctionDeps, mapping: Mapping, pageId: string): Promise<Held> {
  const [link, change, attention] = await Promise.all([
    storage.links.find(mapping.name, pageId),
    storage.changes.find(mapping.name, "notion", pageId),
    storage.attention.find(mapping.name, pageId),
  ]);
  return { mapping, link: link?.value, isKnown: link !== undefined || change !== undefined || attention !== undefined };
}

/** Who has the link has the page, then who claims it, then who takes it, then who ever knew it. */
function chooseMapping(
  mappings: readonly Mapping[],
  held: readonly Held[],
  claimedBy: string | undefined,
  page: NotionPage | undefined,
  nowIso: string,
): Mapping | undefined {
  const holder = held.find(({ link }) => link !== undefined && link.state !== "detached")?.mapping;
  if (holder) return holder;
  const claimer = mappings.find(({ name }) => name === claimedBy);
  if (claimer) return claimer;
  return (page && routePage(page, mappings, nowIso)) ?? held.find(({ isKnown }) => isKnown)?.mapping;
}

function toSeen(mappings: readonly Mapping[], mapping: Mapping | undefined, page: NotionPage, readAt: string): SeenPage {
  const { parent } = page;
  const dataSourceId = parent.type === "data_source_id" ? toNotionId(parent.data_source_id) : "";
  const sharing = mappings.filter(({ notion }) => notion.dataSourceId === dataSourceId);
  const verdicts = sharing.map((each): Verdict => {
    const { unmatched, problems } = toPageSnapshot(page, each, readAt);
    const problem = problems.find(({ field }) => field === "filter");
    const takes = unmatched !== true && !problem;
    return { mapping: each.name, hasFilter: each.notion.filter !== null, takes, ...(problem ? { problem } : {}) };
  });
  const snapshot = mapping && toPageSnapshot(page, mapping, readAt);
  return {
    dataSourceId,
    inTrash: page.in_trash,
    verdicts,
    ...(snapshot ? { snapshot } : {}),
  };
}

/** What the tables say of a pair besides its link. */
async function readStored(deps: FunctionDeps, mapping: Mapping | undefined, pageId: string, link: Link | undefined) {
  const { storage } = deps;
  const blockedUntil = await readLimits(deps);
  if (!mapping) return { changes: [], troubles: [], blockedUntil };
  const { name } = mapping;
  const ids: readonly (readonly [Side, string])[] = [
    ["notion", pageId],
    ...[link?.item, link?.companion].flatMap((item) => (item ? [["github", item.itemId] as const] : [])),
  ];
  const keys = [notionSourceKey(mapping), repositorySourceKey(link?.item?.repository ?? mapping.github.repository)];
  const [rows, attention, state, sources] = await Promise.all([
    mapParallel(ids, ([side, id]) => storage.changes.find(name, side, id)),
    storage.attention.find(name, pageId),
    storage.mappings.find(name),
    mapParallel(keys, (key) => storage.sources.find(key)),
  ]);
  return {
    changes: rows.flatMap((row): readonly Change[] => (row ? [row.value] : [])),
    ...(attention ? { attention } : {}),
    ...(state ? { state: state.value } : {}),
    troubles: sources.flatMap((source) => source?.value.trouble ?? []),
    blockedUntil,
  };
}

async function readLimits(deps: FunctionDeps): Promise<Readonly<Partial<Record<Side, string>>>> {
  const [notion, github] = await Promise.all([
    describeBudget(deps.credentials.notion, deps),
    describeBudget(deps.credentials.github, deps),
  ]);
  return {
    ...(notion.blockedUntil === null ? {} : { notion: notion.blockedUntil }),
    ...(github.blockedUntil === null ? {} : { github: github.blockedUntil }),
  };
}

function unknownPage({ mappings }: FunctionDeps, pageId: string): UnknownFacts {
  const names = mappings.map(({ name }) => `"${name}"`).join(", ");
  const detail =
    `Notion does not find the page ${pageId}, or it is not shared with the connection; ` +
    `no link, change or failure of it is stored for ${mappings.length === 1 ? "the mapping" : "the mappings"} ${names}.`;
  return { kind: "unknown", detail };
}
