// What the queries on our events must find over the rich day: counted by hand from what was written, and the plain facts of the day.
import type { AppEvent } from "../../sync/event.ts";
import type { Row } from "../support/kql-aggregate.ts";
import type { RichDay } from "../support/rich-day.ts";

const MINUTE_MS = 60_000;
const mapping = "engineering";

/** An event with the time of its line. */
type Timed<E> = E & { readonly timestamp: string };
type Named<N extends AppEvent["event"]> = Timed<Extract<AppEvent, { event: N }>>;

/** Query → its rows, in any order but where the query sorts them. */
export function answersOf(day: RichDay): Readonly<Record<string, readonly Row[]>> {
  const events = day.log.flatMap(readEvent);
  const of = <N extends AppEvent["event"]>(name: N): readonly Named<N>[] =>
    events.filter((event): event is Named<N> => event.event === name);
  const [beats, pairs, runs] = [of("heartbeat"), of("pair"), of("run")];
  const ends = (outcome: string): readonly Named<"pair">[] => pairs.filter((pair) => pair.outcome === outcome);
  const [hold, limit, stuck] = [of("hold")[0], of("limit")[0], runs.find(({ status }) => status === "terminated")];
  const [conflict, failure] = [ends("conflict"), ends("failed")];
  return {
    budgets: inBins(beats, 5, (all) => ({
      notion: Math.min(...all.map(({ notionBudget }) => notionBudget)),
      github: Math.min(...all.map(({ githubBudget }) => githubBudget)),
    })),
    "changes-per-hour": inBins(ends("synced"), 60, (all) => ({ mapping, pairs: all.length })),
    // One page was renamed on both sides.
    conflicts: [
      {
        mapping,
        pageId: conflict[0]?.pageId ?? "",
        itemId: conflict[0]?.itemId ?? "",
        timestamp: latest(conflict),
        times: conflict.length,
      },
    ],
    // One page has a label that the repository has not.
    failures: [
      {
        code: "label_missing",
        mapping,
        pairs: 1,
        tries: failure.length,
        mostAttempts: Math.max(...failure.map(({ attempts }) => attempts)),
        lastSeen: latest(failure),
      },
    ],
    "heartbeat-missing": beats.map(({ timestamp }) => ({ timestamp })),
    "hold-waiting": beats
      .filter(({ timestamp }) => timestamp > (hold?.timestamp ?? ""))
      .map(({ timestamp }) => ({ timestamp, holds: 1 })),
    holds: [{ timestamp: hold?.timestamp ?? "", mapping, holdId: "creates-engineering", guard: "creates", limit: 4 }],
    lag: inBins(beats, 5, (all) => ({
      lagSeconds: Math.max(...all.map(({ lagSeconds }) => lagSeconds)),
      due: Math.max(...all.map(({ due }) => due)),
    })),
    // Notion said once that nothing may be sent for 70 seconds.
    limits: [{ service: "notion", timestamp: binOf(limit?.timestamp ?? "", 60), limits: 1, closedSeconds: 70 }],
    outcomes: [
      {
        mapping,
        runs: runs.length,
        ...Object.fromEntries(
          (["synced", "unchanged", "conflict", "waiting", "failed", "held"] as const).map((outcome) => [
            outcome,
            runs.reduce((all, run) => all + run[outcome], 0),
          ]),
        ),
        longestSeconds: Math.floor(Math.max(...runs.map(({ durationMs }) => durationMs)) / 1000),
      },
    ],
    // A slice was held in the middle of its writes, once.
    "run-stuck": [{ timestamp: stuck?.timestamp ?? "", mapping, instanceId: "sync-engineering" }],
    // For 20 minutes Notion took no token; the limit before that is no refusal.
    "source-unread": [{ service: "notion", code: "unauthorized", mapping, misses: 20 }],
    // Then a whole read was missing for 16 to 20 minutes.
    "sync-lag": beats
      .filter(({ lagSeconds }) => lagSeconds >= 960)
      .map(({ timestamp, due }, index) => ({ timestamp, mapping, lagSeconds: 960 + index * 60, due })),
    "time-to-sync": inBins(ends("synced"), 60, (all) => {
      const seconds = all.map(({ ageMs }) => ageMs / 1000).toSorted((a, b) => a - b);
      const rank = (percent: number): number => seconds[Math.ceil((seconds.length * percent) / 100) - 1] ?? 0;
      return { percentile_seconds_50: rank(50), percentile_seconds_95: rank(95) };
    }),
    // Six pages more, of which two could be made; one without a title; one that the stuck slice had in hand.
    waits: [
      { outcome: "held", code: "creates-engineering", mapping, pairs: 4, lastSeen: latest(ends("held")) },
      { outcome: "waiting", code: "title_empty", mapping, pairs: 1, lastSeen: latest(waitsOf(ends("waiting"), "title_empty")) },
      { outcome: "waiting", code: "busy", mapping, pairs: 1, lastSeen: latest(waitsOf(ends("waiting"), "busy")) },
    ],
    // Others were refused too, but never three for one reason.
    "webhooks-rejected": [{ service: "github", reason: "signature", deliveries: 3 }],
    webhooks: [...Map.groupBy(of("webhook"), ({ service, result, reason }) => `${service} ${result} ${reason}`).values()].map(
      (all) => ({
        service: all[0]?.service ?? "",
        result: all[0]?.result ?? "",
        reason: all[0]?.reason ?? "",
        deliveries: all.length,
        slowestMs: Math.max(...all.map(({ durationMs }) => durationMs)),
      }),
    ),
  };
}

function readEvent(line: string): readonly Timed<AppEvent>[] {
  const { at, message } = JSON.parse(line) as { readonly at: string; readonly message: string };
  return message.startsWith('{"event":') ? [{ ...(JSON.parse(message) as AppEvent), timestamp: at }] : [];
}

function waitsOf(pairs: readonly Named<"pair">[], code: string): readonly Named<"pair">[] {
  return pairs.filter((pair) => pair.code === code);
}

function latest(events: readonly { readonly timestamp: string }[]): string {
  return (
    events
      .map(({ timestamp }) => timestamp)
      .toSorted()
      .at(-1) ?? ""
  );
}

function binOf(timestamp: string, minutes: number): string {
  const ms = minutes * MINUTE_MS;
  return new Date(Math.floor(Date.parse(timestamp) / ms) * ms).toISOString();
}

function inBins<E extends { readonly timestamp: string }>(
  events: readonly E[],
  minutes: number,
  toRow: (all: readonly E[]) => Row,
): readonly Row[] {
  const bins = Map.groupBy(events, ({ timestamp }) => binOf(timestamp, minutes));
  return [...bins].map(([timestamp, all]) => ({ timestamp, ...toRow(all) }));
}
