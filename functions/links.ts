import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { invalidContinuation } from "../storage/continuation.ts";
import type { Link } from "../sync/model.ts";
import { formatReference, parseReference } from "../sync/reference.ts";
import type { FunctionDeps } from "./deps.ts";
import { toPageId } from "./page-id.ts";
import { problem, shown, withContinuation } from "./respond.ts";

const LIST_MAX = 100; // links of one answer; `continuation` gives more
const READ_AT_ONCE = 500;
const READ_MAX = 5_000; // links that one answer looks through for `q`
const QUERY_MAX_CHARS = 200;

/** A link as it is listed. */
export interface ShownLink {
  readonly mapping: string;
  readonly pageId: string;
  /** `owner/name#12` */
  readonly item: string | null;
  readonly companion: string | null;
  readonly state: Link["state"];
  /** How the pair ended last; `null`: it was not worked on yet. */
  readonly status: string | null;
  /** Why it failed or waits, or what is noted. */
  readonly code: string | null;
  /** ISO-8601 UTC. */
  readonly syncedAt: string | null;
}

interface Place {
  readonly mapping: string;
  /** The last page that was listed; `undefined`: none of the mapping was. */
  readonly after: string | undefined;
}

/** `GET /api/links`: the links of one mapping, or of all in turn; `q` finds by page, item, state, outcome or code. */
export async function handleLinks(request: HttpRequest, deps: FunctionDeps): Promise<HttpResponseInit> {
  const mapping = request.query.get("mapping");
  const text = request.query.get("q")?.trim() ?? "";
  if (text.length > QUERY_MAX_CHARS) return problem(400, `"q" may have at most ${QUERY_MAX_CHARS} characters.`);
  const names = await listNames(mapping, deps);
  if (names.length === 0) return problem(404, `There is no mapping "${shown(mapping ?? "")}", and no links of one.`);
  return withContinuation(async () => {
    const start = readPlace(request.query.get("continuation"), names);
    return { status: 200, jsonBody: await listLinks(deps, names, start, text) };
  });
}

/** All mappings of the configuration; of one that it has no more, the links are listed if they are asked for. */
async function listNames(mapping: string | null, deps: FunctionDeps): Promise<readonly string[]> {
  const configured = deps.mappings.map(({ name }) => name);
  if (mapping === null) return configured;
  if (configured.includes(mapping)) return [mapping];
  return (await deps.storage.mappings.names()).filter((name) => name === mapping);
}

/** @throws ServiceError `invalid_continuation` */
function readPlace(continuation: string | null, names: readonly string[]): Place {
  const [first = ""] = names;
  if (continuation === null) return { mapping: first, after: undefined };
  const at = continuation.lastIndexOf("~");
  const mapping = continuation.slice(0, Math.max(0, at));
  const after = continuation.slice(at + 1);
  const isPlace = at >= 0 && names.includes(mapping) && (after === "" || toPageId(after) === after);
  if (!isPlace) throw invalidContinuation();
  return { mapping, after: after === "" ? undefined : after };
}

async function listLinks(deps: FunctionDeps, names: readonly string[], start: Place, text: string) {
  const isWanted = toFilter(text);
  const links: ShownLink[] = [];
  let read = 0;
  for (const [index, mapping] of names.entries()) {
    if (index < names.indexOf(start.mapping)) continue;
    let after = mapping === start.mapping ? start.after : undefined;
    let isMore = true;
    while (isMore) {
      const limit = text === "" ? LIST_MAX - links.length : READ_AT_ONCE;
      const page = await deps.storage.links.list(mapping, { after, limit });
      isMore = page.continuation !== undefined;
      for (const [place, { value }] of page.links.entries()) {
        const link = toShownLink(value);
        read += 1;
        after = link.pageId;
        if (isWanted(link)) links.push(link);
        if (links.length < LIST_MAX && read < READ_MAX) continue;
        const next = names[index + 1];
        if (isMore || place + 1 < page.links.length) return { links, continuation: `${mapping}~${after}` };
        return { links, continuation: next === undefined ? null : `${next}~` };
      }
    }
  }
  return { links, continuation: null };
}

/** What a link shows to people. */
export function toShownLink({ mapping, pageId, item, companion, state, outcome, noted, syncedAt }: Link): ShownLink {
  const code = outcome && "code" in outcome ? outcome.code : undefined;
  return {
    mapping,
    pageId,
    item: item ? formatReference(item) : null,
    companion: companion ? formatReference(companion) : null,
    state,
    status: outcome?.status ?? null,
    code: code ?? noted ?? null,
    syncedAt: syncedAt ?? null,
  };
}

/** By a page's id or an item's name or a part of them, or by exactly a state, an outcome or a code; `owner/name#1` is not `#12`. */
export function toFilter(wanted: string): (link: ShownLink) => boolean {
  if (wanted === "") return () => true;
  const text = wanted.toLowerCase();
  const isWhole = parseReference(text) !== undefined;
  return ({ pageId, item, companion, state, status, code }) => {
    const names = [item, companion].flatMap((name) => name?.toLowerCase() ?? []);
    if (names.some((name) => (isWhole ? name === text : name.includes(text)))) return true;
    return [state, status, code].includes(text) || pageId.includes(text) || pageId.replaceAll("-", "").includes(text);
  };
}
