// What is compared of a recorded turn; fields that may differ between two runs are taken out.
import type { HistoryEvent, TurnOutput } from "../../../local/host/durable/protocol.ts";

export interface RecordedTurn {
  readonly instanceId: string;
  readonly orchestrator: string;
  readonly turn: number;
  readonly in: {
    readonly history: readonly HistoryEvent[];
    readonly input: unknown;
    readonly isReplaying: boolean;
    readonly instanceId: string;
    readonly parentInstanceId: string | null;
    readonly [more: string]: unknown;
  };
  readonly out: { readonly error?: { readonly message: string; readonly data: TurnOutput } };
}

const MAY_DIFFER: readonly string[] = [
  "Timestamp",
  "FireAt",
  "fireAt",
  "ExecutionId",
  "ParentTraceContext",
  "GenerateNewTrace",
  "Generation",
  "sourceInstanceId",
];
const UNREAD_PLAYED: readonly number[] = [4, 7, 10, 13];

/** A default child id is `<execution id>:<event id>`. */
const EXECUTION_ID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?=:\d)/g;

function normalize(value: unknown): unknown {
  if (typeof value === "string") {
    return value
      .replace(EXECUTION_ID, "<execution>")
      .replace(/failed: {1,2}/g, "failed: ")
      .replace(/(failed: [^\n]*?) ?(\\n|\n) .*?("|$)/gs, "$1$3");
  }
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name, field]) => !MAY_DIFFER.includes(name) && field !== null && field !== "");
  return Object.fromEntries(kept.map(([name, field]) => [name, name === "Details" ? "<details>" : normalize(field)]));
}

export function normalizeEvent(event: HistoryEvent): unknown {
  const { IsPlayed, ...rest } = event;
  return normalize(UNREAD_PLAYED.includes(event.EventType) ? rest : { ...rest, IsPlayed });
}

export function normalizeTurn(turn: RecordedTurn): { in: unknown; out: unknown } {
  const { history, ...rest } = turn.in;
  const out = turn.out.error ? { error: normalize(turn.out.error.data) } : normalize(turn.out);
  return { in: { ...(normalize(rest) as object), history: history.map(normalizeEvent) }, out };
}
