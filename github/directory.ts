import type { ServiceError } from "../sync/error.ts";
import { findErrorAt, isRecord, splitName, toAbsence } from "./answer.ts";
import { DIRECTORY } from "./documents-directory.ts";
import { toIncompleteError } from "./error.ts";
import type { GithubClient } from "./request.ts";

/** The lists of a directory. */
export type DirectoryList = "labels" | "milestones" | "issueTypes" | "assignableUsers";

export type MergeMethod = "MERGE" | "SQUASH" | "REBASE";

/** How pull requests of a repository may be merged. */
export interface MergeSettings {
  readonly mergeCommitAllowed: boolean;
  readonly squashMergeAllowed: boolean;
  readonly rebaseMergeAllowed: boolean;
  readonly autoMergeAllowed: boolean;
  readonly viewerDefaultMergeMethod: MergeMethod;
}

/** What names mean in a repository. Each `find…` gives a node id and the name as GitHub has it. */
export interface RepositoryDirectory {
  /** Node id. */
  readonly repositoryId: string;
  readonly isArchived: boolean;
  readonly merging: MergeSettings;
  readonly labels: readonly Named[];
  /** Open ones first, then the newest. */
  readonly milestones: readonly Named[];
  /** Enabled ones; none outside organisations. */
  readonly issueTypes: readonly Named[];
  /** By login. */
  readonly assignableUsers: readonly Named[];
  /** Why a list is empty or cut short: it could not be read, which says nothing about what is in it. */
  readonly failures: ReadonlyMap<DirectoryList, ServiceError>;
  findLabel(name: string): Named | undefined;
  findMilestone(title: string): Named | undefined;
  findIssueType(name: string): Named | undefined;
  findAssignableUser(login: string): Named | undefined;
}

/** Something with a node id and a name, title or login. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

interface ListNode {
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly login?: string;
  readonly isEnabled?: boolean;
  readonly state?: "OPEN" | "CLOSED";
}

const LISTS: readonly DirectoryList[] = ["labels", "milestones", "issueTypes", "assignableUsers"];

const toNamed = ({ id, name, title, login }: ListNode): Named => ({ id, name: name ?? title ?? login ?? "" });

/** The first of a name counts; the very name goes before one that differs in case. */
function createFinder(entries: readonly Named[]): (name: string) => Named | undefined {
  const exact = new Map([...entries].reverse().map((entry) => [entry.name, entry]));
  const folded = new Map([...entries].reverse().map((entry) => [entry.name.toLowerCase(), entry]));
  return (name) => exact.get(name) ?? folded.get(name.trim().toLowerCase());
}

/** Lists what was read of one list, page by page. */
interface Reading {
  readonly nodes: ListNode[];
  cursor: string | null;
  isOver: boolean;
}

function addPage(reading: Reading, list: unknown): boolean {
  if (!isRecord(list) || !Array.isArray(list["nodes"]) || !isRecord(list["pageInfo"])) return false;
  const { hasNextPage, endCursor } = list["pageInfo"];
  for (const node of list["nodes"] as readonly (ListNode | null)[]) if (node) reading.nodes.push(node);
  if (typeof endCursor === "string") reading.cursor = endCursor;
  reading.isOver = hasNextPage !== true;
  return true;
}

/** Creates the reading of directories; see `GithubAdapter.readDirectory`. */
export function createReadDirectory(client: GithubClient) {
  return async (repository: string): Promise<RepositoryDirectory> => {
    const readings = new Map(LISTS.map((list): [DirectoryList, Reading] => [list, { nodes: [], cursor: null, isOver: false }]));
    const failures = new Map<DirectoryList, ServiceError>();
    const nodesOf = (list: DirectoryList): readonly ListNode[] => readings.get(list)?.nodes ?? [];
    let found: Readonly<Record<string, unknown>>;
    do {
      const cursors = new Map([...readings].map(([list, { cursor }]) => [`${list}After`, cursor]));
      const answer = await client.read(DIRECTORY, { ...splitName(repository), ...Object.fromEntries(cursors) });
      const part = answer.data["repository"];
      if (!isRecord(part)) throw toAbsence(answer, "the repository");
      found = part;
      for (const [list, reading] of readings) {
        if (reading.isOver) continue;
        const error = findErrorAt(answer, ["repository", list]);
        // Where there are no issue types, as outside organisations, there is no list of them.
        if (!error && list === "issueTypes" && part[list] === null) reading.isOver = true;
        else if (error || !addPage(reading, part[list])) {
          failures.set(list, error ?? toIncompleteError(`the ${list} of the repository`));
          reading.isOver = true;
        }
      }
    } while ([...readings.values()].some(({ isOver }) => !isOver));
    return toDirectory(found, nodesOf, failures);
  };
}

function toDirectory(
  found: Readonly<Record<string, unknown>>,
  nodesOf: (list: DirectoryList) => readonly ListNode[],
  failures: ReadonlyMap<DirectoryList, ServiceError>,
): RepositoryDirectory {
  const {
    id,
    isArchived,
    mergeCommitAllowed,
    squashMergeAllowed,
    rebaseMergeAllowed,
    autoMergeAllowed,
    viewerDefaultMergeMethod,
  } = found as unknown as MergeSettings & { readonly id: string; readonly isArchived: boolean };
  const isClosed = ({ state }: ListNode): number => (state === "CLOSED" ? 1 : 0);
  const labels = nodesOf("labels").map(toNamed);
  const milestones = [...nodesOf("milestones")].sort((left, right) => isClosed(left) - isClosed(right)).map(toNamed);
  const issueTypes = nodesOf("issueTypes")
    .filter(({ isEnabled }) => isEnabled === true)
    .map(toNamed);
  const assignableUsers = nodesOf("assignableUsers").map(toNamed);
  return {
    repositoryId: id,
    isArchived,
    merging: { mergeCommitAllowed, squashMergeAllowed, rebaseMergeAllowed, autoMergeAllowed, viewerDefaultMergeMethod },
    labels,
    milestones,
    issueTypes,
    assignableUsers,
    failures,
    findLabel: createFinder(labels),
    findMilestone: createFinder(milestones),
    findIssueType: createFinder(issueTypes),
    findAssignableUser: createFinder(assignableUsers),
  };
}
