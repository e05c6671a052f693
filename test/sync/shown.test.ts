import { describe, expect, test } from "vitest";
import { isKnown, mergeShown } from "../../sync/shown.ts";

const seen = {
  item: "now",
  companion: "pull",
  place: ["in the project", "Todo"],
  passed: { prints: ["between", "now"], at: "2026-11-25T09:00:05Z" },
};
const at = (second: number) => `2026-11-25T09:00:0${second}Z`;

describe("what a hint showed", () => {
  test.each([
    ["the item as it is", [{ print: "now", at: at(9) }], true],
    ["the companion as it is", [{ print: "pull" }], true],
    ["its place in the project as it is", [{ print: "Todo" }], true],
    ["another place than it has", [{ print: "in the project" }, { print: "Done" }], false],
    [
      "a state between our own writes",
      [
        { print: "between", at: at(4) },
        { print: "now", at: at(5) },
      ],
      true,
    ],
    ["the state between our own writes that somebody brought back", [{ print: "between", at: at(6) }], false],
    ["that state in a list, whose time may be that of another edit", [{ print: "between" }], false],
    ["something else", [{ print: "other", at: at(4) }], false],
    [
      "something else beside what is known",
      [
        { print: "now", at: at(5) },
        { print: "other", at: at(5) },
      ],
      false,
    ],
    ["nothing", undefined, false],
  ])("%s", (_, shows, expected) => {
    expect(isKnown({ seen }, shows)).toBe(expected);
    expect(isKnown({}, shows)).toBe(false);
    expect(isKnown(undefined, shows)).toBe(false);
    // What an attempt is about to write is not seen yet.
    expect(isKnown({ seen, stamp: { attempt: "a", holdUntil: "2026-11-25T09:00:09Z" } }, shows)).toBe(false);
  });

  test("is looked at once there are more hints than are kept", () => {
    const hints = Array.from({ length: 9 }, (_, index) => ({ print: `p${index}` }));
    const eight = hints.slice(0, 8).reduce<ReturnType<typeof mergeShown>>((before, hint) => mergeShown(before, [hint]), []);
    expect(eight).toEqual(hints.slice(0, 8));
    expect(mergeShown(eight, hints.slice(0, 1))).toEqual(eight);
    expect(mergeShown(eight, hints.slice(8))).toBeUndefined();
  });
});
