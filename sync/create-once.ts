import type { Reservation } from "./model.ts";

/** How long a creating request may take before it is aborted. */
export const CREATE_DEADLINE_MS = 20_000; // ms; GitHub answers or gives up after 10 s

/** When the end of a creation is looked up, counted from its deadline; lists may lag behind by up to 120 s. */
export const LOOK_AFTER_MS: readonly number[] = [0, 5_000, 30_000, 120_000];

/** How far back of `sentAt` the newest issues are listed: clocks differ. */
export const LOOK_BACK_MS = 5 * 60_000;

/** What is to be done about a creation whose end is not known. */
export type ReservationStep =
  { readonly kind: "wait"; readonly untilMs: number } | { readonly kind: "look" } | { readonly kind: "takeOver" };

/** Decides about a reservation at `nowMs`: wait for its deadline or the next look, look now, or begin the creation anew. */
export function stepReservation(reservation: Reservation, nowMs: number): ReservationStep {
  const afterMs = LOOK_AFTER_MS[reservation.looks];
  if (afterMs === undefined) return { kind: "takeOver" };
  const dueMs = Date.parse(reservation.deadlineAt) + afterMs;
  return nowMs < dueMs ? { kind: "wait", untilMs: dueMs } : { kind: "look" };
}
