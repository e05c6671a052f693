// Name → input → output of every activity. Types only: this is all that orchestrators know of activities.
import type { OutcomeCounts } from "../sync/model.ts";

/** A slice of due changes: those whose row keys lie from `from` to before `to`. */
export interface Slice {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface FindChangesInput {
  readonly mapping: string;
  /** Of the run. */
  readonly instanceId: string;
}

export interface FindChangesResult {
  readonly slices: readonly Slice[];
  /** When the next change falls due, ISO-8601 UTC; `null` when none is stored. */
  readonly nextDueAt: string | null;
}

export interface SyncSliceInput extends Slice {
  readonly mapping: string;
}

export interface PlanPagesInput {
  readonly planId: string;
}

/** `more`: there are further pages; `wait`: a limit was met; `done`: the plan is ready, failed or gone. */
export type PlanPagesResult =
  { readonly next: "more" } | { readonly next: "wait"; readonly waitMs: number } | { readonly next: "done" };

/** Registered names are persisted data: they are never renamed. */
export interface Activities {
  readonly findChanges: { readonly input: FindChangesInput; readonly output: FindChangesResult };
  readonly syncSlice: { readonly input: SyncSliceInput; readonly output: OutcomeCounts };
  readonly planPages: { readonly input: PlanPagesInput; readonly output: PlanPagesResult };
}

export type ActivityName = keyof Activities;
export type ActivityInput<N extends ActivityName> = Activities[N]["input"];
export type ActivityOutput<N extends ActivityName> = Activities[N]["output"];
