// What the app reports of its work, for alerts and the workbook: ids, codes, counts and durations, never a title, text or secret.
import type { OutcomeCounts, Side } from "./model.ts";

/** One tick of the poll. It is what tells that the app is alive, and how far behind it is. */
export interface HeartbeatEvent {
  readonly event: "heartbeat";
  /** Age of the oldest due change, or of the last complete read of a source if that is more; paused mappings are left out. */
  readonly lagSeconds: number;
  /** The mapping with that lag. */
  readonly mapping: string;
  readonly mappings: number;
  readonly paused: number;
  /** Changes that are due now, of mappings that are not paused. */
  readonly due: number;
  /** Holds that wait for a person. */
  readonly holds: number;
  /** What is left of the scarcest budget of the credential, in percent. */
  readonly notionBudget: number;
  readonly githubBudget: number;
  readonly durationMs: number;
}

/** The end of a run that looked at any pairs; the counts are of pairs by outcome. */
export interface RunEvent extends OutcomeCounts {
  readonly event: "run";
  readonly mapping: string;
  readonly instanceId: string;
  /** `terminated`: it had due changes and made no progress for 10 minutes. */
  readonly status: "completed" | "terminated";
  readonly durationMs: number;
}

/**
 * How a pair ended. Not reported: a pair that was unchanged, and one that is tried again and only waits on, or is held still; ten
 * thousand of those say nothing, and the counts of the run hold them.
 */
export interface PairEvent {
  readonly event: "pair";
  readonly mapping: string;
  readonly pageId: string;
  /** GitHub's database id; `null` while there is none. */
  readonly itemId: string | null;
  readonly outcome: "synced" | "conflict" | "waiting" | "failed" | "held";
  /** Why it waits, failed or is held; `null` for the others. */
  readonly code: string | null;
  /** How often in a row it was tried. */
  readonly attempts: number;
  /** Since the first hint that is not settled yet. */
  readonly ageMs: number;
}

/** What became of one delivery. */
export interface WebhookEvent {
  readonly event: "webhook";
  readonly service: Side;
  /** `failed`: it was answered with 503, and nothing of it is stored. */
  readonly result: "accepted" | "ignored" | "rejected" | "failed";
  readonly reason: WebhookReason;
  /** The service's own id; `null` for what is not signed, which could say anything. */
  readonly deliveryId: string | null;
  readonly durationMs: number;
}

export type WebhookReason =
  /** A change was stored. */
  | "changed"
  | "ping"
  | "handshake"
  | "handshake_unawaited"
  | "handshake_signature"
  | "unused_event"
  /** It names no page. */
  | "no_page"
  /** Its page is in no mapped data source. */
  | "unmapped"
  /** Its item has no page. */
  | "unlinked"
  /** No pair waits for the review, check or push that it tells of. */
  | "unawaited"
  /** Our own write coming back. */
  | "echo"
  /** It shows what the link knows already. */
  | "known"
  | "signature"
  | "malformed"
  | "too_large"
  | "unavailable";

/** A service said that nothing may be sent for a time; once for each such time, whoever met it. */
export interface LimitEvent {
  readonly event: "limit";
  readonly service: Side;
  readonly waitMs: number;
}

/** A hold began to wait for a person. */
export interface HoldEvent {
  readonly event: "hold";
  readonly mapping: string;
  readonly holdId: string;
  readonly kind: string;
  readonly limit: number;
}

/** A data source or repository could not be read; the next tick tries again. */
export interface UnreadEvent {
  readonly event: "unread";
  readonly service: Side | "storage";
  readonly code: string;
  /** One of the mappings that share it. */
  readonly mapping: string;
}

export type AppEvent = HeartbeatEvent | RunEvent | PairEvent | WebhookEvent | LimitEvent | HoldEvent | UnreadEvent;

/** Writes one event. */
export type Report = (event: AppEvent) => void;

/** The event of a run that ended; what `counts` does not name is zero. Times are ISO-8601 UTC. */
export function toRunEvent(run: {
  readonly mapping: string;
  readonly instanceId: string;
  readonly status: RunEvent["status"];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly counts: Readonly<Record<string, number>>;
}): RunEvent {
  const { mapping, instanceId, status, startedAt, endedAt, counts } = run;
  const { synced = 0, unchanged = 0, conflict = 0, waiting = 0, failed = 0, held = 0 } = counts;
  const durationMs = Date.parse(endedAt) - Date.parse(startedAt);
  return { event: "run", mapping, instanceId, status, durationMs, synced, unchanged, conflict, waiting, failed, held };
}

/** How loud an event is in the log. */
export function levelOf(event: AppEvent): "info" | "warn" | "error" {
  switch (event.event) {
    case "run":
      return event.status === "terminated" ? "error" : "info";
    case "pair":
      return event.outcome === "failed" ? "warn" : "info";
    case "limit":
    case "hold":
    case "unread":
      return "warn";
    case "heartbeat":
    case "webhook":
      return "info";
  }
}

/** The line of an event: one JSON object that begins with its name, by which queries find it. */
export function formatEvent({ event, ...fields }: AppEvent): string {
  return JSON.stringify({ event, ...fields });
}
