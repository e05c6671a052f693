import { describe, expect, test } from "vitest";
import { liveRandomDay } from "../support/random-days.ts";

const SEED = Number(process.env["RANDOM_DAYS_SEED"] ?? 1);
const DAYS = Number(process.env["RANDOM_DAYS"] ?? 3);
const LIMIT_MS = 300_000; // ms of real time

describe("people at work on both boards, with all that can go wrong", () => {
  test.each(Array.from({ length: DAYS }, (_, index) => SEED + index))(
    "lose and double nothing (RANDOM_DAYS_SEED=%i RANDOM_DAYS=1)",
    { timeout: LIMIT_MS },
    async (seed) => {
      const { wrongs, events } = await liveRandomDay(seed);
      expect(wrongs, `${wrongs.join("\n")}\n${events.join("\n")}`).toEqual([]);
    },
  );
});
