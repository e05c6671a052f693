import { describe, expect, test } from "vitest";
import { CASES, type CaseName } from "./cases.ts";
import { MUTATIONS } from "./mutations.ts";
import { findFaults, POLICIES } from "./policies.ts";
import { answers } from "./predicted.ts";
import { SAFE_VALUES } from "./safe-values.ts";

const { lint, unformatted, snapshots } = answers();

describe("the source of the template", () => {
  test.each(lint)("the linter has nothing to say of $file", ({ printed }) => {
    // Not the code alone: a misspelt property is a warning, and ends with 0.
    expect(printed).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("is linted from every entry", () => {
    expect(lint.map(({ file }) => file).toSorted()).toEqual(["main.bicep", "main.bicepparam", "resources.bicep"]);
  });

  test("is formatted; else run `bicep format`", () => {
    expect(unformatted).toEqual([]);
  });
});

describe("what a deployment makes", () => {
  test.each((Object.keys(CASES) as CaseName[]).map((name) => ({ name })))("is right with $name parameters", ({ name }) => {
    expect(findFaults(snapshots[name])).toEqual([]);
  });
});

describe("a template that is broken", () => {
  const faults = findFaults(snapshots.broken);

  test.each(MUTATIONS.map(([file, from, to, fault]) => ({ file, from, to, fault })))("$file: $from → $to", ({ fault }) => {
    expect(faults.filter((found) => found.startsWith(fault))).not.toEqual([]);
  });

  test("shows that each policy, and each value, can be broken", () => {
    const broken = MUTATIONS.map(([, , , fault]) => fault);
    const values = Object.entries(SAFE_VALUES).flatMap(([type, paths]) =>
      Object.keys(paths).map((path) => `values are safe: ${type} ${path} is`),
    );
    const all = [...Object.keys(POLICIES).map((name) => `${name}: `), ...values];

    expect(all.filter((start) => !broken.some((fault) => fault.startsWith(start)))).toEqual([]);
  });
});
