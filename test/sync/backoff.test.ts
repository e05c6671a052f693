import { expect, test } from "vitest";
import { backoffMs } from "../../sync/backoff.ts";

test.each([
  { attempts: 0, minutes: 1 },
  { attempts: 1, minutes: 1 },
  { attempts: 2, minutes: 2 },
  { attempts: 3, minutes: 4 },
  { attempts: 4, minutes: 8 },
  { attempts: 6, minutes: 32 },
  { attempts: 7, minutes: 60 },
  { attempts: 5_000, minutes: 60 },
])("a pair that failed $attempts times is tried again after $minutes minutes", ({ attempts, minutes }) => {
  expect(backoffMs(attempts)).toBe(minutes * 60_000);
});
