import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laterOf, nextWatermark } from "../../sync/watermark.ts";

const EARLY = "2026-01-01T10:00:00.000Z";
const LATE = "2026-01-01T11:00:00.000Z";
const OVERLAP_MS = 2 * 60_000;

test.each([
  { left: EARLY, right: LATE, later: LATE },
  { left: LATE, right: EARLY, later: LATE },
  { left: null, right: EARLY, later: EARLY },
  { left: EARLY, right: null, later: EARLY },
  { left: null, right: null, later: null },
])("the later of $left and $right is $later", ({ left, right, later }) => {
  expect(laterOf(left, right)).toBe(later);
});

describe("nextWatermark", () => {
  test.each([
    { name: "is the greatest time seen, less the overlap", before: EARLY, greatest: LATE, after: "2026-01-01T10:58:00.000Z" },
    { name: "begins with the first read", before: null, greatest: LATE, after: "2026-01-01T10:58:00.000Z" },
    { name: "reads GitHub's whole seconds", before: null, greatest: "2026-01-01T11:00:00Z", after: "2026-01-01T10:58:00.000Z" },
    { name: "stays when nothing was seen", before: EARLY, greatest: null, after: EARLY },
    { name: "stays unset when nothing was ever seen", before: null, greatest: null, after: null },
    { name: "does not go back into the overlap", before: LATE, greatest: LATE, after: LATE },
  ])("$name", ({ before, greatest, after }) => {
    expect(nextWatermark(before, greatest, OVERLAP_MS)).toBe(after);
  });

  test("never goes back and never passes what was seen", () => {
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString());
    fc.assert(
      fc.property(fc.option(time), fc.option(time), fc.nat(600_000), (before, greatest, overlapMs) => {
        const after = nextWatermark(before, greatest, overlapMs);

        if (before !== null) expect(after !== null && after >= before).toBe(true);
        expect(after === null || after === before || (greatest !== null && after <= greatest)).toBe(true);
      }),
    );
  });
});
