import { toRemedy } from "../github/remedy.ts";
import type { NotionPage } from "../notion/schema.ts";
import type { StoredChange } from "../storage/changes.ts";
import type { Versioned } from "../storage/versioned.ts";
import type { PairPlan } from "../sync/effect.ts";
import { toNotionRemedy } from "../notion/remedy.ts";
import { ServiceError } from "../sync/error.ts";
import type { BodyBase, FieldProblem, ItemIdentity, ItemSnapshot, Link, Outcome, PageSnapshot } from "../sync/model.ts";

/** What becomes of the text of a pair. */
export interface BodyWork {
  readonly base: BodyBase;
  /** The whole text of the item; `undefined` when nothing is to be written. */
  readonly text: string | undefined;
  /** GitHub has it. */
  isDone: boolean;
}

/** What a slice knows of one pair while it works on it. */
export interface PairWork {
  readonly pageId: string;
  /** The stored changes that brought it here. */
  readonly changes: StoredChange[];
  link: Versioned<Link> | undefined;
  /** With the parent's item in the place of its page; `print` is the fingerprint of the page as it was read. */
  page: PageSnapshot | undefined;
  print: string | undefined;
  /** The page as it was read. */
  rawPage: PageSnapshot | undefined;
  /** The items of pages that are named as parents, by page id. */
  parents: ReadonlyMap<string, ItemIdentity>;
  /** The page as Notion gave it, needed to write to it; absent when the snapshot came with the change. */
  vendorPage: NotionPage | undefined;
  item: ItemSnapshot | undefined;
  companion: ItemSnapshot | undefined;
  plan: PairPlan | undefined;
  /** Set once the pair can go no further in this run. */
  outcome: Outcome | undefined;
  /** What writing met, field by field; the other fields are done. */
  readonly refused: FieldProblem[];
  /** What one field waits for, or is held by, while the rest of the pair goes on. */
  waits: { readonly field: string; readonly outcome: Outcome } | undefined;
  /** The branch after whose next push or check the pair may go on, as `branchKey` names it. */
  waitsFor: string | undefined;
  /** Why the project cannot be read; the item is synced all the same. */
  projectProblem: FieldProblem | undefined;
  body: BodyWork | undefined;
  /** The text could not be read yet; the other fields go on. */
  bodyWaits: Outcome | undefined;
  /** The item that the page names cannot be read; nothing is made in its place. */
  namesMissing: boolean;
  /** The side that its service does not find, and since when. */
  missing: Link["missing"];
  /** What people should know of the pair although it is in step. */
  note: FieldProblem | undefined;
  /** What a changed mapping writes to it was let through by the guard. */
  isAdmitted: boolean;
  /** A creation was counted by its guard. */
  isCounted: boolean;
  /** The pair moved while it was worked on: it stays due and is looked at again. */
  again: boolean;
  /** The pair was written to, on either side. */
  wrote: boolean;
  /** What GitHub returned of the item and the companion, write by write. */
  readonly returned: ItemSnapshot[];
}

/** In the place of a time: the pair is tried again after 1, 2, 4 … 60 minutes, or at the next hint. */
export const LATER = "9999-12-31T00:00:00.000Z";

/** Waits as pairs do, 1, 2, 4 … 60 minutes or until a hint, and says so on the page. */
export function later(code: string, reason: string, remedy = "Nothing needs to be done: it is tried again."): Outcome {
  return { status: "waiting", until: LATER, code, reason, remedy };
}

const BUSY_MS = 5_000; // ms

/** Another attempt was first to write the link of this page: what it found and did counts. */
export function busy(nowMs: number): Outcome {
  const until = new Date(nowMs + BUSY_MS).toISOString();
  return { status: "waiting", until, code: "busy", reason: "Another attempt works on this page." };
}

/** Lets one field of a pair wait, be held or have failed, while the rest of the pair goes on. */
export function waitWith(pair: PairWork, field: string, outcome: Outcome): void {
  if (outcome.status === "failed")
    pair.refused.push({ field, code: outcome.code, reason: outcome.reason, remedy: outcome.remedy });
  else pair.waits = { field, outcome };
}

/** Begins the work on one pair. */
export function beginPair(pageId: string, changes: StoredChange[], link: Versioned<Link> | undefined): PairWork {
  return {
    pageId,
    changes,
    link,
    page: undefined,
    print: undefined,
    rawPage: undefined,
    parents: new Map(),
    vendorPage: undefined,
    item: undefined,
    companion: undefined,
    plan: undefined,
    outcome: undefined,
    refused: [],
    waits: undefined,
    waitsFor: undefined,
    projectProblem: undefined,
    missing: link?.value.missing,
    note: undefined,
    isAdmitted: false,
    body: undefined,
    bodyWaits: undefined,
    namesMissing: false,
    isCounted: false,
    again: false,
    wrote: false,
    returned: [],
  };
}

/** What passes by itself: the pair waits for it instead of failing. */
const PASSING: readonly string[] = [
  "aborted",
  "conflict",
  "deadline_passed",
  "incomplete_result",
  "malformed_answer",
  "overloaded",
  "rate_limited",
  "resource_limits",
  "timeout",
  "unavailable",
  "unreachable",
];

/** Tells what an error means for one pair; an error that is not a service's own rises. */
export function outcomeOf(error: unknown, nowMs: number, retryMs: number): Outcome {
  if (!(error instanceof ServiceError)) throw error;
  if (error.service === "storage") throw error;
  if (error.end === "failed" && !PASSING.includes(error.code)) {
    return { status: "failed", code: error.code, reason: error.message, remedy: remedyOf(error) };
  }
  const waitMs = error.end === "limited" ? (error.retryAfterMs ?? retryMs) : retryMs;
  return { status: "waiting", until: new Date(nowMs + waitMs).toISOString(), code: error.code, reason: error.message };
}

const remedyOf = (error: ServiceError): string => (error.service === "github" ? toRemedy(error) : toNotionRemedy(error));
