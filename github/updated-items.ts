import { type Clock, isoNow } from "../sync/clock.ts";
import { laterOf } from "../sync/watermark.ts";
import type { ServiceError } from "../sync/error.ts";
import { isRecord, splitName, toAbsence } from "./answer.ts";
import { ITEMS_UPDATED } from "./documents-pull-requests.ts";
import { type ListPage, toListPage } from "./item-list.ts";
import type { createReads, ItemPage } from "./reads.ts";
import { isTooMuch } from "./chunks.ts";
import type { Answer, GithubClient } from "./request.ts";

/** Which part of what was updated is asked for. */
export interface UpdatedOptions {
  /** ISO-8601 UTC, inclusive. */
  readonly since: string;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Whether pull requests are listed too, in the same request; default false. */
  readonly pullRequests?: boolean;
}

/** How far one of the two lists was read: a cursor, `null` before its first page, `"end"` when nothing of it is left. */
type Place = { readonly after: string | null } | "end";

interface Places {
  readonly issues: Place;
  readonly pullRequests: Place;
}

const PAGE_SIZE = 50;
const PERMISSION_CODES: Readonly<Record<keyof Places, string>> = {
  issues: "issues_forbidden",
  pullRequests: "pull_requests_forbidden",
};
const START: Place = { after: null };

/** A cursor of GitHub's is never JSON: such a one comes from a list of issues only. */
function parseCursor(cursor: string | undefined): Places {
  if (cursor === undefined) return { issues: START, pullRequests: START };
  if (!cursor.startsWith("{")) return { issues: { after: cursor }, pullRequests: START };
  return JSON.parse(cursor) as Places;
}

const formatCursor = ({ issues, pullRequests }: Places): string | null =>
  issues === "end" && pullRequests === "end" ? null : JSON.stringify({ issues, pullRequests });

const toPlace = (after: string | null): Place => (after === null ? "end" : { after });

const afterOf = (place: Place): string | null => (place === "end" ? null : place.after);

/** Creates the listing of what was updated; see `GithubAdapter.listUpdated`. */
export function createListUpdated(client: GithubClient, clock: Clock, reads: ReturnType<typeof createReads>) {
  const readBoth = async (
    repository: string,
    since: string,
    places: Places,
    first = PAGE_SIZE,
    isRest = false,
  ): Promise<ItemPage> => {
    const { issues, pullRequests } = places;
    try {
      const answer = await client.read(ITEMS_UPDATED, {
        ...splitName(repository),
        since,
        first,
        issuesAfter: afterOf(issues),
        pullRequestsAfter: afterOf(pullRequests),
        withIssues: issues !== "end",
        withPullRequests: pullRequests !== "end",
      });
      if (answer.errors.some(({ error }) => isTooMuch(error))) throw toAbsence(answer, "the list");
      const refused = findRefused(answer);
      // A token that may read only one of the two lists still tells of that one.
      if (refused && isRest) throw refused[1];
      if (refused) {
        const rest = await readBoth(repository, since, { ...places, [refused[0]]: "end" }, first, true);
        return { ...rest, refused: refused[1] };
      }
      return toItemPage(answer, since, places, isoNow(clock));
    } catch (error) {
      if (!isTooMuch(error) || first < 2) throw error;
      return readBoth(repository, since, places, Math.floor(first / 2), isRest);
    }
  };

  return async (repository: string, options: UpdatedOptions): Promise<ItemPage> => {
    const { since, cursor, pullRequests = false } = options;
    const places = parseCursor(cursor);
    if (pullRequests) return readBoth(repository, since, places);
    const after = afterOf(places.issues);
    return reads.listUpdated(repository, { since, ...(after === null ? {} : { cursor: after }) });
  };
}

function toItemPage(answer: Answer, since: string, places: Places, readAt: string): ItemPage {
  const repository = answer.data["repository"];
  if (!isRecord(repository) || typeof repository["id"] !== "string") throw toAbsence(answer, "the list");
  const readList = (name: keyof Places): ListPage =>
    places[name] === "end" ? { items: [], after: null } : toListPage(answer, repository, name, readAt);
  const issues = readList("issues");
  const all = readList("pullRequests");
  // GitHub counts in whole seconds and includes that of `since`.
  const sinceMs = Math.floor(Date.parse(since) / 1_000) * 1_000;
  const fresh = all.items.filter((item) => Date.parse(item.updatedAt) >= sinceMs);
  const isPast = fresh.length < all.items.length;
  // Each list is in order by itself: together they show everything since the later of their ends.
  const ends = [issues.after !== null && issues.items.at(-1), !isPast && all.after !== null && all.items.at(-1)];
  const reachedAt = ends.map((item) => (item ? item.updatedAt : null)).reduce(laterOf);
  return {
    repositoryId: repository["id"],
    items: [...issues.items, ...fresh].sort((one, other) => Date.parse(other.updatedAt) - Date.parse(one.updatedAt)),
    nextCursor: formatCursor({ issues: toPlace(issues.after), pullRequests: toPlace(isPast ? null : all.after) }),
    ...(reachedAt === null ? {} : { reachedAt }),
  };
}

/** The list that the token may not read, when it may read the other one. */
function findRefused({ errors }: Answer): readonly [keyof Places, ServiceError] | undefined {
  const found = (["issues", "pullRequests"] as const).flatMap((name) => {
    const error = errors.find(({ error: { code } }) => code === PERMISSION_CODES[name])?.error;
    return error ? [[name, error] as const] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}
