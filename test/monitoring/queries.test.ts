import { describe, expect, test } from "vitest";
import { listQueries, readQuery } from "../support/kql.ts";

const queries = listQueries();

describe("the queries", () => {
  test("are there", () => {
    expect(queries.length).toBeGreaterThan(15);
  });

  test.each(queries)("$name is understood by Application Insights", ({ text }) => {
    expect(readQuery(text).problems).toEqual([]);
  });

  test.each(queries)("$name begins with what it finds", ({ text }) => {
    expect(text).toMatch(/^\/\/ [A-Z].*\.$/m);
  });

  test.each(queries)("$name counts what sampling left out", ({ text }) => {
    expect(text).not.toMatch(/\bcount\(\)|\bcountif\(/);
  });
});

describe("a query with a fault is found out, by name:", () => {
  const good = queries.find(({ name }) => name === "framework-trouble")?.text ?? "";
  test.each([
    { name: "a misspelt column", from: "severityLevel", to: "sevrityLevel", says: "sevrityLevel" },
    { name: "a misspelt operator", from: "summarize", to: "sumarize", says: "sumarize" },
    { name: "a misspelt table", from: "traces\n", to: "trace\n", says: "trace" },
    { name: "a misspelt function", from: "tostring", to: "tostrin", says: "tostrin" },
    { name: "a column that is gone by then", from: "lines >= 10", to: "itemCount >= 10", says: "itemCount" },
  ])("$name", ({ from, to, says }) => {
    expect(good).toContain(from);
    const { problems } = readQuery(good.replace(from, to));
    expect(problems.join("\n")).toContain(says);
  });
});
