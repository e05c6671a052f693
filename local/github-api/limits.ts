import type { Clock } from "../clock.ts";
import type { GithubKnobs } from "./knobs.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const QUERY_POINTS = 1; // of the secondary limit; documented
const MUTATION_POINTS = 5; // of the secondary limit, a request, not an alias; documented

/** The budget of the primary limit, as headers and `rateLimit` show it. */
export interface Budget {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** ms since 1970, whole seconds. */
  readonly resetAtMs: number;
}

/** The rate limits of one simulator, counted by actor. */
export interface Limits {
  budget(actorId: string): Budget;
  /** Takes points of the primary limit; false when they are used up. */
  spend(actorId: string, points: number): boolean;
  /** Counts a request for the secondary limit; returns the ms to wait when it is met, else 0. */
  countRequest(actorId: string, isMutation: boolean): number;
  /** Counts one creation; false when it came too quickly. */
  countCreation(actorId: string): boolean;
}

interface Stamp {
  readonly atMs: number;
  readonly weight: number;
}

/** Creates the limits with all budgets full. */
export function createLimits(clock: Clock, knobs: GithubKnobs): Limits {
  const windows = new Map<string, { startMs: number; used: number }>();
  const requests = new Map<string, Stamp[]>();
  const creations = new Map<string, Stamp[]>();

  const windowOf = (actorId: string): { startMs: number; used: number } => {
    const found = windows.get(actorId);
    if (found && clock.now() < found.startMs + HOUR_MS) return found;
    const fresh = { startMs: Math.floor(clock.now() / 1_000) * 1_000, used: 0 };
    windows.set(actorId, fresh);
    return fresh;
  };

  const recent = (stamps: Map<string, Stamp[]>, actorId: string, withinMs: number): Stamp[] => {
    const kept = stamps.get(actorId) ?? [];
    stamps.set(actorId, kept);
    while (kept[0] && kept[0].atMs <= clock.now() - withinMs) kept.shift();
    return kept;
  };

  const limits: Limits = {
    budget(actorId) {
      const { startMs, used } = windowOf(actorId);
      const limit = knobs.pointsPerHour;
      return { limit, used, remaining: Math.max(0, limit - used), resetAtMs: startMs + HOUR_MS };
    },
    spend(actorId, points) {
      const window = windowOf(actorId);
      if (window.used + points > knobs.pointsPerHour) return false;
      window.used += points;
      return true;
    },
    countRequest(actorId, isMutation) {
      const stamps = recent(requests, actorId, MINUTE_MS);
      const weight = isMutation ? MUTATION_POINTS : QUERY_POINTS;
      const used = stamps.reduce((sum, stamp) => sum + stamp.weight, 0);
      if (used + weight > knobs.secondaryPointsPerMinute) return MINUTE_MS;
      stamps.push({ atMs: clock.now(), weight });
      return 0;
    },
    countCreation(actorId) {
      const stamps = recent(creations, actorId, HOUR_MS);
      const inLastMinute = stamps.filter((stamp) => stamp.atMs > clock.now() - MINUTE_MS).length;
      if (inLastMinute >= knobs.createsPerMinute || stamps.length >= knobs.createsPerHour) return false;
      stamps.push({ atMs: clock.now(), weight: 1 });
      return true;
    },
  };
  return limits;
}
