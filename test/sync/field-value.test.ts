import { expect, test } from "vitest";
import { isEmptyValue, isSameValue } from "../../sync/field-value.ts";
import { formatNotice, joinProblems } from "../../sync/notice.ts";

test.each([
  { left: "a", right: "a", same: true },
  { left: "a", right: "A", same: false },
  { left: "a", right: null, same: false },
  { left: "", right: null, same: false },
  { left: 3, right: 3, same: true },
  { left: 3, right: "3", same: false },
  { left: ["a", "b"], right: ["b", "a"], same: true },
  { left: ["a"], right: ["a", "b"], same: false },
  { left: ["a", "a"], right: ["a", "b"], same: false },
  { left: ["a"], right: "a", same: false },
  { left: [], right: null, same: false },
])("$left and $right are the same value: $same", ({ left, right, same }) => {
  expect(isSameValue(left, right)).toBe(same);
  expect(isSameValue(right, left)).toBe(same);
});

test.each([
  { value: null, empty: true },
  { value: [], empty: true },
  { value: " \n", empty: true },
  { value: 0, empty: false },
  { value: "x", empty: false },
  { value: ["a", "b"], empty: false },
])("$value is empty: $empty", ({ value, empty }) => {
  expect(isEmptyValue(value)).toBe(empty);
});

test("a notice says every problem once, each with its remedy, and nothing when nothing is wrong", () => {
  const problem = { field: "title", code: "x", reason: "It is empty", remedy: "Fill it." };
  const other = { ...problem, code: "y", reason: "Else." };
  const long = { ...problem, reason: "x".repeat(1_900) };

  expect(formatNotice([problem, other, problem])).toBe("It is empty. Fill it. Else. Fill it.");
  expect(formatNotice([problem, long, other])).toBe("It is empty. Fill it. Else. Fill it.");
  expect(formatNotice([])).toBe("");
  expect(joinProblems([problem, other])).toEqual({ code: "x", reason: "It is empty. Else.", remedy: "Fill it." });
});
