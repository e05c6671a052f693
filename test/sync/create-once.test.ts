import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CREATE_DEADLINE_MS, LOOK_AFTER_MS, LOOK_BACK_MS, stepReservation } from "../../sync/create-once.ts";

const SENT_MS = Date.parse("2026-01-01T10:00:00.000Z");
const DEADLINE_MS = SENT_MS + CREATE_DEADLINE_MS;

function step(looks: number, afterDeadlineMs: number) {
  const reservation = {
    attempt: "a1",
    sentAt: new Date(SENT_MS).toISOString(),
    deadlineAt: new Date(DEADLINE_MS).toISOString(),
    repository: "acme/widgets",
    looks,
  };
  return stepReservation(reservation, DEADLINE_MS + afterDeadlineMs);
}

describe("a creation whose end is not known", () => {
  test.each([
    { looks: 0, at: -CREATE_DEADLINE_MS, expected: { kind: "wait", untilMs: DEADLINE_MS } },
    { looks: 0, at: -1, expected: { kind: "wait", untilMs: DEADLINE_MS } },
    { looks: 0, at: 0, expected: { kind: "look" } },
    { looks: 0, at: 3_600_000, expected: { kind: "look" } },
    { looks: 1, at: 4_999, expected: { kind: "wait", untilMs: DEADLINE_MS + 5_000 } },
    { looks: 1, at: 5_000, expected: { kind: "look" } },
    { looks: 2, at: 29_999, expected: { kind: "wait", untilMs: DEADLINE_MS + 30_000 } },
    { looks: 2, at: 30_000, expected: { kind: "look" } },
    { looks: 3, at: 119_999, expected: { kind: "wait", untilMs: DEADLINE_MS + 120_000 } },
    { looks: 3, at: 120_000, expected: { kind: "look" } },
    { looks: 4, at: 120_000, expected: { kind: "takeOver" } },
  ])("after $looks looks, $at ms after the deadline: $expected.kind", ({ looks, at, expected }) => {
    expect(step(looks, at)).toEqual(expected);
  });

  test("is repeated only after a look that lists 120 s stale would have shown it", () => {
    expect(LOOK_AFTER_MS.at(-1)).toBe(120_000);
    expect(LOOK_BACK_MS).toBe(5 * 60_000);
  });

  test("is decided within 5 minutes, whenever it is come back to", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000)), (delays) => {
        let nowMs = SENT_MS;
        let looks = 0;
        for (const delayMs of [...delays, ...Array.from({ length: 20 }, () => 0)]) {
          const next = step(looks, nowMs - DEADLINE_MS);
          if (next.kind === "takeOver") break;
          if (next.kind === "wait") nowMs = next.untilMs + delayMs;
          else looks += 1;
        }
        expect(step(looks, nowMs - DEADLINE_MS)).toEqual({ kind: "takeOver" });
        expect(nowMs).toBeGreaterThanOrEqual(DEADLINE_MS + 120_000);
        expect(nowMs - delays.slice(0, 4).reduce((sum, ms) => sum + ms, 0)).toBeLessThan(SENT_MS + 5 * 60_000);
      }),
    );
  });
});
