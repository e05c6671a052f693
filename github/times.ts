import { findErrorAt, isRecord, toAbsence } from "./answer.ts";
import { CARD_TIMES, ITEM_TIMES } from "./documents-times.ts";
import { toHiddenError, toProjectError } from "./project-items.ts";
import { isTooMuch, readInChunks } from "./chunks.ts";
import type { Answer, GithubClient, PathError } from "./request.ts";
import { ServiceError } from "../sync/error.ts";

/** By node id, when it was last updated: ISO-8601 UTC in whole seconds, or `missing` when GitHub does not find it or the item has no card. */
export type Times = ReadonlyMap<string, string>;

const MAX_IDS = 100; // ids in a request, GitHub's limit
const MAX_NESTED = 40; // where lists are nested, which GitHub was seen to cut short in silence above 60 nodes

/** Creates the reading of times; see `GithubAdapter`. What could not be read, or not for sure, is left out. */
export function createReadTimes(client: GithubClient) {
  const readAll = async (
    nodeIds: readonly string[],
    size: number,
    ask: (ids: readonly string[]) => Promise<Answer>,
    toTime: (node: unknown) => string | undefined,
  ): Promise<Times> => {
    const times = new Map<string, string>();
    await readInChunks(nodeIds, size, async (ids) => {
      const answer = await ask(ids);
      if (answer.errors.some(({ error }) => isTooMuch(error))) throw toAbsence(answer, "the times");
      const { nodes } = answer.data;
      if (!Array.isArray(nodes) || nodes.length !== ids.length) throw toAbsence(answer, `${ids.length} times`);
      for (const [place, id] of ids.entries()) {
        const error = findErrorAt(answer, ["nodes", place], isHiddenCard);
        const time = error ? (error.code === "not_found" ? "missing" : undefined) : toTime(nodes[place]);
        if (time !== undefined) times.set(id, time);
      }
    });
    return times;
  };

  return {
    readItemTimes: (nodeIds: readonly string[]): Promise<Times> =>
      readAll(nodeIds, MAX_IDS, (ids) => client.read(ITEM_TIMES, { ids }), toItemTime),

    async readCardTimes(nodeIds: readonly string[], projectId: string): Promise<Times> {
      const ask = async (ids: readonly string[]): Promise<Answer> => {
        const answer = await client.read(CARD_TIMES, { projectId, ids });
        const { project } = answer.data;
        // Without the project nothing is known of the cards in it: the lists are empty then.
        if (!isRecord(project) || project["id"] !== projectId) throw toHiddenError(undefined);
        return answer;
      };
      try {
        return await readAll(nodeIds, MAX_NESTED, ask, (node) => toCardTime(node, projectId));
      } catch (error) {
        throw error instanceof ServiceError ? toProjectError(error) : error;
      }
    },
  };
}

/** A card in a project that the token may not see is none of ours: `nodes`, place, `projectItems`, `nodes`, place. */
function isHiddenCard({ path, error }: PathError): boolean {
  return path.length === 5 && path[2] === "projectItems" && error.code === "forbidden";
}

/** What is there and is neither issue nor pull request is not the item any more. */
function toItemTime(node: unknown): string | undefined {
  if (!isRecord(node)) return undefined;
  return typeof node["updatedAt"] === "string" ? node["updatedAt"] : "missing";
}

function toCardTime(node: unknown, projectId: string): string | undefined {
  const cards = isRecord(node) ? node["projectItems"] : undefined;
  if (!isRecord(cards) || !Array.isArray(cards["nodes"])) return undefined;
  const card = cards["nodes"].find(
    (each: unknown) => isRecord(each) && isRecord(each["project"]) && each["project"]["id"] === projectId,
  ) as unknown;
  if (isRecord(card)) return typeof card["updatedAt"] === "string" ? card["updatedAt"] : undefined;
  // It may be among those that were not listed.
  const page = cards["pageInfo"];
  return isRecord(page) && page["hasNextPage"] === false ? "missing" : undefined;
}
