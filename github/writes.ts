import { type Clock, isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord } from "./answer.ts";
import { NODES } from "./documents.ts";
import { CREATE_ISSUE, formatUpdates, toAlias, toPayloadField } from "./documents-writes.ts";
import { toNotAppliedError, withCode } from "./error.ts";
import { isItemNode, type ItemNode, toItemContent, toItemErrors } from "./items.ts";
import { isProjectItemNode, type ProjectReading, toProjectError, toProjectReading } from "./project-items.ts";
import type { Answer, GithubClient } from "./request.ts";
import { toGithubTitle } from "./title.ts";
import { toFailure, toReturned, type WriteFailure } from "./returned.ts";
import { checkValues, type SentValues, toNotAppliedProblem } from "./write-checks.ts";
import { isProjectWrite, type ItemWrite, type ProjectWrite, toUpdate } from "./write-inputs.ts";

/**
 * How one write ended.
 *
 * - `succeeded`: `item` is the item as GitHub returned it, with a problem for each value that it did not take as it was sent; for a
 *   write about a project, `project` is its place there.
 * - `failed`, `unknown`, `limited`: as the error's `end`.
 * - `notSent`: an earlier request of the same call, the pacer, the token or the deadline stood in the way, and `error` says which.
 */
export type WriteResult =
  | { readonly end: "succeeded"; readonly item: ItemSnapshot; readonly project?: undefined }
  | { readonly end: "succeeded"; readonly item?: undefined; readonly project: ProjectReading }
  | WriteFailure;

/** An issue to be made. Ids are node ids. */
export interface NewIssue {
  readonly repositoryId: string;
  readonly title: string;
  /** With the marker as its last line. */
  readonly body: string;
  readonly labelIds?: readonly string[];
  readonly assigneeIds?: readonly string[];
  readonly milestoneId?: string;
  readonly issueTypeId?: string;
  readonly parentIssueId?: string;
  /** Projects that it is added to; what became of that is not in the answer. */
  readonly projectIds?: readonly string[];
  /** Node id → what people call it, for problems that name what GitHub left out. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Until when requests may be sent, and at which those under way are aborted. */
export interface WriteOptions {
  /** Milliseconds since 1970. */
  readonly deadlineAtMs: number;
}

type OwnWrite = Exclude<ItemWrite, ProjectWrite>;

const NO_SCOPE = "insufficient_scopes"; // of the token, for the whole document
const MAX_WRITES = 20; // mutations in a request; GitHub gives up on a request after 10 s

function toSentValues(write: OwnWrite): SentValues {
  const { names } = write;
  switch (write.kind) {
    case "updateIssue":
    case "updatePullRequest":
      return write;
    case "addLabels":
      return { names, labelIds: write.labelIds };
    case "removeLabels":
      return { names, removedLabelIds: write.labelIds };
    case "addAssignees":
      return { names, assigneeIds: write.assigneeIds };
    case "removeAssignees":
      return { names, removedAssigneeIds: write.assigneeIds };
    case "addSubIssue":
      return { names, parentIssueId: write.parentNodeId };
    case "removeSubIssue":
      return { names, formerParentId: write.parentNodeId };
    case "closeIssue":
    case "reopenIssue":
    case "closePullRequest":
    case "reopenPullRequest":
    case "convertToDraft":
    case "markReady":
      return {};
  }
}

const withProblems = (item: ItemSnapshot, node: ItemNode, sent: SentValues): ItemSnapshot => ({
  ...item,
  problems: [...item.problems, ...checkValues(sent, item, node)],
});

/** What a write that sets a state has not brought about, in words. */
function missedState(write: OwnWrite, item: ItemSnapshot): string | undefined {
  switch (write.kind) {
    case "closeIssue":
    case "closePullRequest":
      return item.state === "closed" ? undefined : "the item is not closed";
    case "reopenIssue":
    case "reopenPullRequest":
      return item.state === "open" ? undefined : "the item is not open";
    case "convertToDraft":
      return item.isDraft ? undefined : "the pull request is no draft";
    case "markReady":
      return item.isDraft ? "the pull request is still a draft" : undefined;
    default:
      return undefined;
  }
}

function checkWrite(write: OwnWrite, item: ItemSnapshot, node: ItemNode): WriteResult {
  const missed = missedState(write, item);
  if (missed !== undefined) return { end: "failed", error: toNotAppliedError(missed) };
  if (write.kind === "closeIssue" && item.reason !== write.reason) {
    const what = `the item is closed as ${item.reason ?? "nothing in particular"}, not as ${write.reason}`;
    return { end: "succeeded", item: { ...item, problems: [...item.problems, toNotAppliedProblem("status", what)] } };
  }
  return { end: "succeeded", item: withProblems(item, node, toSentValues(write)) };
}

/** GitHub does not document how it says that a plan has no drafts. */
const toOwnFailure = (write: OwnWrite, { end, error }: WriteFailure): WriteFailure =>
  write.kind === "convertToDraft" && error.code === "invalid"
    ? { end, error: withCode(error, "draft_unavailable") }
    : { end, error };

function toProjectResult(answer: Answer, alias: string, field: string, write: ProjectWrite): WriteResult {
  const payload = answer.data[alias];
  const node = isRecord(payload) ? payload[field] : null;
  const hasErrors = answer.errors.some(({ path }) => path.length > 1 && path[0] === alias);
  if (isProjectItemNode(node) && !hasErrors) {
    const project = toProjectReading(node, write.project);
    if (write.kind !== "unarchiveProjectItem" || !project.place.isArchived) return { end: "succeeded", project };
    return { end: "failed", error: toNotAppliedError("the item is still in the archive of the project") };
  }
  const { end, error } = toFailure(answer, alias, "the item of the project after its change");
  return { end, error: toProjectError(error) };
}

interface Sent {
  readonly results: readonly WriteResult[];
  /** Why nothing more is sent. */
  readonly stop: ServiceError | undefined;
}

const toNotSent = (chunk: readonly ItemWrite[], error: ServiceError): readonly WriteResult[] =>
  chunk.map(() => ({ end: "notSent", error }));

async function sendChunk(client: GithubClient, clock: Clock, chunk: readonly ItemWrite[], options: WriteOptions): Promise<Sent> {
  const updates = chunk.map(toUpdate);
  const sending = await client.send({
    kind: "write",
    document: formatUpdates(updates.map(({ name }) => name)),
    variables: Object.fromEntries(updates.map(({ input }, place) => [toAlias(place), input])),
    deadlineAtMs: options.deadlineAtMs,
  });
  if (sending.status !== "answered") {
    const { error } = sending;
    const end = sending.status === "notSent" ? "notSent" : error.end;
    const results = chunk.map((write): WriteResult => ({ end, error: isProjectWrite(write) ? toProjectError(error) : error }));
    return { results, stop: error };
  }
  const readAt = isoNow(clock);
  const results = updates.map(({ name }, place): WriteResult => {
    const write = chunk[place];
    const [alias, field] = [toAlias(place), toPayloadField(name)];
    if (!write || isProjectWrite(write))
      return write ? toProjectResult(sending, alias, field, write) : toFailure(sending, alias, "");
    const returned = toReturned(sending, alias, field, readAt);
    return "error" in returned ? toOwnFailure(write, returned) : checkWrite(write, returned.item, returned.node);
  });
  const limit = results.find((result) => result.end === "limited");
  return { results, stop: limit?.end === "limited" ? limit.error : undefined };
}

/**
 * Sends writes of items and, behind them, of projects in one request. A token without the scope for projects fails the whole document
 * that names them, before anything of it is done: those of items are then sent by themselves.
 */
async function sendMixed(client: GithubClient, clock: Clock, chunk: readonly ItemWrite[], options: WriteOptions): Promise<Sent> {
  const sent = await sendChunk(client, clock, chunk, options);
  const own = chunk.filter((write) => !isProjectWrite(write));
  const isRefused = sent.results.slice(0, own.length).every((result) => "error" in result && result.error.code === NO_SCOPE);
  if (!isRefused || own.length === 0 || own.length === chunk.length) return sent;
  const alone = await sendChunk(client, clock, own, options);
  return { ...alone, results: [...alone.results, ...sent.results.slice(own.length)] };
}

/** A write of a sub-issue that is done already is an error at GitHub; the item then tells whether all is as it should be. */
async function settleRepeat(client: GithubClient, clock: Clock, write: ItemWrite, result: WriteResult): Promise<WriteResult> {
  if (result.end !== "failed" || isProjectWrite(write)) return result;
  if (result.error.code !== "sub_issue_present" && result.error.code !== "sub_issue_absent") return result;
  try {
    const answer = await client.read(NODES, { ids: [write.nodeId] });
    const node: unknown = Array.isArray(answer.data["nodes"]) ? answer.data["nodes"][0] : undefined;
    const { whole, byField } = toItemErrors(answer.errors, ["nodes", 0]);
    if (!isItemNode(node) || whole || byField.has("parent")) return result;
    const { item } = toItemContent(node, isoNow(clock), byField);
    return checkValues(toSentValues(write), item, node).length > 0 ? result : { end: "succeeded", item };
  } catch (error) {
    if (error instanceof ServiceError) return result;
    throw error;
  }
}

/** Creates the sending of updates; see `GithubAdapter.applyWrites`. */
export function createApplyWrites(client: GithubClient, clock: Clock) {
  return async (writes: readonly ItemWrite[], options: WriteOptions): Promise<readonly WriteResult[]> => {
    const results: WriteResult[] = [];
    let stop: ServiceError | undefined;
    const places = writes.map((_, place) => place);
    const isOfProject = (place: number): boolean => writes.slice(place, place + 1).some(isProjectWrite);
    const ordered = [...places.filter((place) => !isOfProject(place)), ...places.filter(isOfProject)];
    for (let start = 0; start < ordered.length; start += MAX_WRITES) {
      const chunk = ordered.slice(start, start + MAX_WRITES);
      const chosen = chunk.flatMap((place) => writes.slice(place, place + 1));
      const sent: Sent = stop ? { results: toNotSent(chosen, stop), stop } : await sendMixed(client, clock, chosen, options);
      for (const [index, place] of chunk.entries()) {
        const [write, result] = [chosen[index], sent.results[index]];
        if (write && result) results[place] = await settleRepeat(client, clock, write, result);
      }
      stop = sent.stop;
    }
    return results;
  };
}

/** Creates the making of an issue; see `GithubAdapter.createIssue`. */
export function createCreateIssue(client: GithubClient, clock: Clock) {
  return async (input: NewIssue, options: WriteOptions): Promise<ItemSnapshot> => {
    const { projectIds: projectV2Ids, names, ...values } = input;
    const sending = await client.send({
      kind: "create",
      document: CREATE_ISSUE,
      variables: { input: { ...values, title: toGithubTitle(values.title), ...(projectV2Ids ? { projectV2Ids } : {}) } },
      deadlineAtMs: options.deadlineAtMs,
    });
    if (sending.status !== "answered") throw sending.error;
    const returned = toReturned(sending, "createIssue", "issue", isoNow(clock));
    if ("error" in returned) throw returned.error;
    return withProblems(returned.item, returned.node, { ...values, names });
  };
}
