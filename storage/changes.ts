import type { Change, Side } from "../sync/model.ts";
import type { Versioned } from "./versioned.ts";

/** A change as it was read. */
export interface StoredChange extends Versioned<Change> {
  /** The row key. */
  readonly key: string;
  /** When its last hint came in; a page that was read before says nothing. */
  readonly hintedAt: string;
}

/** The changes whose keys are from `from` to, not including, `to`. */
export interface ChangeSlice {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** When a pair that failed or waits is tried again. */
export interface Postponement {
  /** ISO-8601 UTC. */
  readonly notBefore: string;
  readonly attempts: number;
  /** The branch for which it waits, as `branchKey` names it. */
  readonly waitsFor?: string | undefined;
}

/** Which due changes are wanted. */
export interface ChangeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** Only those that a saved plan asks for. */
  readonly onlyPlanned?: boolean | undefined;
}

/** All changes of a mapping in figures. */
export interface ChangeSurvey {
  readonly count: number;
  readonly due: number;
  /** Due changes of pages that were told by a delivery: nobody has read those pages yet. */
  readonly unread: number;
  /** Due changes that a saved plan asks for: a pause does not hold them. */
  readonly planned: number;
  /** Since when the change that is due longest is due; `undefined`: nothing is due. */
  readonly oldestDueAt: string | undefined;
  /** When the next change that is not due yet will be. */
  readonly nextDueAt: string | undefined;
}

/** The changes: at most one row for each page and each item of a mapping. Times are ISO-8601 UTC with milliseconds. */
export interface Changes {
  /** Stores a hint. A row that is there keeps `storedAt`, `attempts` and the earlier `notBefore`, and gets a new ETag. */
  store(change: Change): Promise<void>;
  /** Stores many hints, of any mappings. */
  storeMany(changes: readonly Change[]): Promise<void>;
  /** Lists due changes in the order of their keys; `from` and `to` as `dueRanges` gave them. */
  listDue(mapping: string, nowIso: string, range: ChangeRange): Promise<readonly StoredChange[]>;
  /** Cuts the due changes into slices; reads keys only. `more`: there are more than `maxChanges`. */
  dueRanges(
    mapping: string,
    nowIso: string,
    options: { readonly sliceSize: number; readonly maxChanges: number; readonly onlyPlanned?: boolean },
  ): Promise<{ readonly slices: readonly ChangeSlice[]; readonly total: number; readonly more: boolean }>;
  /** Counts all changes and finds their next times in one go. */
  survey(mapping: string, nowIso: string): Promise<ChangeSurvey>;
  /** The earliest `notBefore` of all changes, due or not. */
  nextDueAt(mapping: string): Promise<string | undefined>;
  /** The earliest `notBefore` of the due changes: since when one has been due. */
  oldestDue(mapping: string, nowIso: string): Promise<string | undefined>;
  count(mapping: string): Promise<number>;
  /** Removes a change; `false`: a new hint came meanwhile, and it stays. */
  settle(change: StoredChange): Promise<boolean>;
  /** Removes many changes of one mapping; results in their order. */
  settleMany(changes: readonly StoredChange[]): Promise<readonly boolean[]>;
  /** Puts a change off, and drops its page; `false`: a new hint came meanwhile, and it stays as it is. */
  postpone(change: StoredChange, to: Postponement): Promise<boolean>;
  /** Puts off many changes of one mapping; results in their order. */
  postponeMany(changes: readonly { readonly change: StoredChange; readonly to: Postponement }[]): Promise<readonly boolean[]>;
  /** The change of one page or item. */
  find(mapping: string, side: Side, id: string): Promise<StoredChange | undefined>;
  /** The changes of the pairs that wait for a branch, without their pages; reads no others. */
  listWaiting(mapping: string, waitsFor: string): Promise<readonly StoredChange[]>;
  /** Changes of pairs that failed or wait, and are not due yet; those that are held until a person confirms are left out. */
  listPostponed(
    mapping: string,
    nowIso: string,
    page: { readonly limit: number; readonly continuation?: string | undefined },
  ): Promise<{ readonly changes: readonly StoredChange[]; readonly continuation?: string }>;
  /** Takes changes out of their plan: those to be kept stay due as any other, the rest goes. A newer hint stands as it is. */
  releaseMany(changes: readonly { readonly change: StoredChange; readonly keep: boolean }[]): Promise<void>;
}

/** Held until a person confirms: due at the end of time. */
export const HELD_FROM = "9999-01-01T00:00:00.000Z";

/** Tells whether a change waits until a person confirms a hold. */
export function isHeld({ notBefore }: Change): boolean {
  return notBefore >= HELD_FROM;
}
