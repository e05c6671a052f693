import { describe, expect, test } from "vitest";
import { createRandom } from "../../../local/simulator/random.ts";
import { createVersionedMap } from "../../../local/simulator/versioned-map.ts";
import { createVirtualClock } from "../../../local/virtual-clock.ts";

const START = "2026-01-01T00:00:00.000Z";

describe("versioned map", () => {
  test("shows what it held at a time: before, between and after changes, and what was deleted since", async () => {
    const clock = createVirtualClock(START);
    const map = createVersionedMap<string>(clock);
    map.seed("old", "seeded");
    await clock.advance(10);
    map.set("a", "one");
    await clock.advance(10);
    map.set("a", "two");
    map.delete("old");
    await clock.advance(10);
    map.delete("a");
    const at = (ms: number): string[] => map.valuesAsOf(Date.parse(START) + ms);

    expect([at(-99_999), at(9), at(10), at(19), at(20), at(30)]).toEqual([
      ["seeded"],
      ["seeded"],
      ["seeded", "one"],
      ["seeded", "one"],
      ["two"],
      [],
    ]);
    expect([...map.values()]).toEqual([]);
    expect(map.getAsOf(Date.parse(START) + 15, "a")).toBe("one");
  });

  test("forgets versions that nobody may ask for any more", async () => {
    const clock = createVirtualClock(START);
    const map = createVersionedMap<number>(clock, 1_000);
    map.set("a", 1);
    await clock.advance(2_000);
    map.set("a", 2);
    await clock.advance(2_000);
    map.set("a", 3);

    expect(map.getAsOf(Date.parse(START) + 1_000, "a")).toBeUndefined();
    expect(map.getAsOf(Date.parse(START) + 3_500, "a")).toBe(2);
    expect(map.get("a")).toBe(3);
  });
});

describe("random", () => {
  test("a seed repeats its sequence, and another gives another", () => {
    const random = createRandom(5);
    const first = [random.next(), random.uuid(), random.hex(8), random.below(10)];
    random.restart();
    const second = [random.next(), random.uuid(), random.hex(8), random.below(10)];

    expect(second).toEqual(first);
    expect(createRandom(6).uuid()).not.toBe(createRandom(5).uuid());
    expect(createRandom(5).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
