import { type Clock, isoNow } from "../sync/clock.ts";
import type { ServiceError } from "../sync/error.ts";
import type { CloseReason } from "../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot } from "../sync/model.ts";
import type { Answer, GithubClient } from "./request.ts";
import { CREATE_ISSUE, formatUpdates, toAlias, type UpdateName } from "./documents.ts";
import { toIncompleteError, toNotAppliedError } from "./error.ts";
import { isItemNode, toItemContent, toItemErrors } from "./items.ts";
import { findMarker } from "./marker.ts";

/** One update of an item; carrying it out twice does no harm. */
export type ItemWrite = { readonly nodeId: string } & (
  | { readonly kind: "updateIssue"; readonly title?: string; readonly body?: string }
  | { readonly kind: "closeIssue"; readonly reason: CloseReason }
  | { readonly kind: "reopenIssue" }
);

/**
 * How one write ended.
 *
 * - `succeeded`: `item` is the item as GitHub returned it, with a problem for each value that it did not take as it was sent.
 * - `failed`, `unknown`, `limited`: as the error's `end`.
 * - `notSent`: an earlier request of the same call, the pacer, the token or the deadline stood in the way, and `error` says which.
 */
export type WriteResult =
  | { readonly end: "succeeded"; readonly item: ItemSnapshot }
  | { readonly end: "failed" | "unknown" | "limited" | "notSent"; readonly error: ServiceError };

/** An issue to be made. */
export interface NewIssue {
  /** Node id. */
  readonly repositoryId: string;
  readonly title: string;
  /** With the marker as its last line. */
  readonly body: string;
}

/** Until when requests may be sent, and at which those under way are aborted. */
export interface WriteOptions {
  /** Milliseconds since 1970. */
  readonly deadlineAtMs: number;
}

const MAX_WRITES = 20; // mutations in a request; GitHub gives up on a request after 10 s

const toUpper = (reason: CloseReason): string => reason.toUpperCase();

function toInput(write: ItemWrite): { readonly name: UpdateName; readonly input: Readonly<Record<string, unknown>> } {
  switch (write.kind) {
    case "updateIssue": {
      const { title, body } = write;
      const values = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
      return { name: "updateIssue", input: { id: write.nodeId, ...values } };
    }
    case "closeIssue":
      return { name: "closeIssue", input: { issueId: write.nodeId, stateReason: toUpper(write.reason) } };
    case "reopenIssue":
      return { name: "reopenIssue", input: { issueId: write.nodeId } };
  }
}

const changed = (field: string, what: string): FieldProblem => ({
  field,
  code: "not_applied",
  reason: `GitHub acknowledged the request, but ${what}.`,
  remedy: "Look at the item on GitHub: somebody or a rule of the repository may have changed it at the same time.",
});

/** Compares the texts that were sent with those that came back; GitHub trims titles. */
function checkTexts(sent: { readonly title?: string; readonly body?: string }, item: ItemSnapshot): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (sent.title !== undefined && String(item.fields["title"] ?? "").trim() !== sent.title.trim()) {
    problems.push(changed("title", "the item has another title"));
  }
  if (sent.body !== undefined && findMarker(sent.body) !== item.marker) {
    problems.push(changed("body", "the marker in the body is missing or another one"));
  }
  return problems;
}

function checkWrite(write: ItemWrite, item: ItemSnapshot): WriteResult {
  if (write.kind === "updateIssue") {
    return { end: "succeeded", item: { ...item, problems: [...item.problems, ...checkTexts(write, item)] } };
  }
  const state = write.kind === "closeIssue" ? "closed" : "open";
  if (item.state !== state) return { end: "failed", error: toNotAppliedError(`the item is not ${state}`) };
  if (write.kind === "closeIssue" && item.reason !== write.reason) {
    const problem = changed("status", `the item is closed as ${item.reason ?? "nothing in particular"}, not as ${write.reason}`);
    return { end: "succeeded", item: { ...item, problems: [...item.problems, problem] } };
  }
  return { end: "succeeded", item };
}

/** Reads what became of the mutation under this alias. */
function toResult(answer: Answer, alias: string, readAt: string): WriteResult {
  const payload = answer.data[alias];
  const node = typeof payload === "object" && payload !== null && "issue" in payload ? payload.issue : null;
  const path = [alias, "issue"];
  const { whole, byField } = toItemErrors(answer.errors, path);
  if (isItemNode(node) && !whole) return { end: "succeeded", item: toItemContent(node, readAt, byField).item };
  // An error of the mutation itself says how it ended; one of what it returns comes after the deed.
  const own = answer.errors.find((each) => each.path.length === 1 && each.path[0] === alias);
  const general = answer.errors.find((each) => each.path.length === 0);
  const error = own?.error ?? general?.error;
  if (error && (payload ?? null) === null) return { end: error.end, error };
  return { end: "unknown", error: toIncompleteError("the item after its change") };
}

async function sendChunk(client: GithubClient, clock: Clock, chunk: readonly ItemWrite[], options: WriteOptions) {
  const inputs = chunk.map(toInput);
  const sending = await client.send({
    kind: "write",
    document: formatUpdates(inputs.map(({ name }) => name)),
    variables: Object.fromEntries(inputs.map(({ input }, place) => [toAlias(place), input])),
    deadlineAtMs: options.deadlineAtMs,
  });
  if (sending.status !== "answered") {
    const { error } = sending;
    const end = sending.status === "notSent" ? "notSent" : error.end;
    return { results: chunk.map((): WriteResult => ({ end, error })), stop: error };
  }
  const readAt = isoNow(clock);
  const results = chunk.map((write, place): WriteResult => {
    const result = toResult(sending, toAlias(place), readAt);
    return result.end === "succeeded" ? checkWrite(write, result.item) : result;
  });
  const limit = results.find((result) => result.end === "limited");
  return { results, stop: limit?.end === "limited" ? limit.error : undefined };
}

/** Creates the sending of updates; see `GithubAdapter.applyWrites`. */
export function createApplyWrites(client: GithubClient, clock: Clock) {
  return async (writes: readonly ItemWrite[], options: WriteOptions): Promise<readonly WriteResult[]> => {
    const results: WriteResult[] = [];
    let stop: ServiceError | undefined;
    for (let start = 0; start < writes.length; start += MAX_WRITES) {
      const chunk = writes.slice(start, start + MAX_WRITES);
      if (stop) {
        const error = stop;
        results.push(...chunk.map((): WriteResult => ({ end: "notSent", error })));
        continue;
      }
      const sent = await sendChunk(client, clock, chunk, options);
      results.push(...sent.results);
      stop = sent.stop;
    }
    return results;
  };
}

/** Creates the making of an issue; see `GithubAdapter.createIssue`. */
export function createCreateIssue(client: GithubClient, clock: Clock) {
  return async (input: NewIssue, options: WriteOptions): Promise<ItemSnapshot> => {
    const { repositoryId, title, body } = input;
    const sending = await client.send({
      kind: "create",
      document: CREATE_ISSUE,
      variables: { input: { repositoryId, title, body } },
      deadlineAtMs: options.deadlineAtMs,
    });
    if (sending.status !== "answered") throw sending.error;
    const result = toResult(sending, "createIssue", isoNow(clock));
    if (result.end !== "succeeded") throw result.error;
    const { item } = result;
    return { ...item, problems: [...item.problems, ...checkTexts(input, item)] };
  };
}
