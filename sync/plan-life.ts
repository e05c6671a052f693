const KEPT_MS = 24 * 60 * 60_000; // ms; design: a plan is kept for 24 hours

/** Tells whether a plan is too old to be shown or applied; one that is being applied is kept for 24 hours more. */
export function isPlanExpired(plan: { readonly createdAt: string; readonly appliedAt?: string }, nowMs: number): boolean {
  return Date.parse(plan.appliedAt ?? plan.createdAt) < expiryMs(nowMs);
}

/** Plans last asked for before this time are expired; milliseconds since 1970. */
export function expiryMs(nowMs: number): number {
  return nowMs - KEPT_MS;
}
