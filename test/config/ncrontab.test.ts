import { describe, expect, test } from "vitest";
import { findScheduleFault } from "../../config/ncrontab.ts";

describe("findScheduleFault", () => {
  test.each([
    "0 * * * * *",
    "*/15 * * * * *",
    "0 0 3 * * *",
    "0 0/5 8-18 * * 1-5",
    "0 0,30 9 1,15 jan-mar MON,wed",
    "30 59 23 31 December Sunday",
    "0  0\t3 * * *",
  ])("accepts %s", (expression) => {
    expect(findScheduleFault(expression)).toBeUndefined();
  });

  test.each([
    { expression: "* * * * *", says: "5 fields" },
    { expression: "0 0 0 * * * *", says: "7 fields" },
    { expression: "60 * * * * *", says: "{second} (0 to 59)" },
    { expression: "0 60 * * * *", says: "{minute}" },
    { expression: "0 0 24 * * *", says: "{hour} (0 to 23)" },
    { expression: "0 0 0 0 * *", says: "{day} (1 to 31)" },
    { expression: "0 0 0 * 13 *", says: "{month}" },
    { expression: "0 0 0 * foo *", says: '"foo" does not fit the field {month}' },
    { expression: "0 0 0 * * 7", says: "{day of week} (0 to 6)" },
    { expression: "0 0 18-8 * * *", says: "{hour}" },
    { expression: "0 */0 * * * *", says: "{minute}" },
    { expression: "0 */5/2 * * * *", says: "{minute}" },
    { expression: "0 1-2-3 * * * *", says: "{minute}" },
    { expression: "0 1, * * * *", says: "{minute}" },
    { expression: "@daily * * * * *", says: "{second}" },
    { expression: "0 ? * * * *", says: "{minute}" },
    { expression: "0 mon * * * *", says: "{minute}" },
  ])("refuses $expression", ({ expression, says }) => {
    expect(findScheduleFault(expression)).toContain(says);
  });
});
