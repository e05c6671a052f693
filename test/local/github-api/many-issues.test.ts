import { describe, expect, test } from "vitest";
import { aSimulator } from "./a-simulator.ts";

const COUNT = 10_000;
const PAGE = `query ($after: String) { repository(owner: "acme", name: "widgets") {
  issues(first: 100, after: $after, orderBy: { field: UPDATED_AT, direction: ASC }) { totalCount pageInfo { hasNextPage endCursor } nodes { number } } } }`;

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly { readonly number: number }[];
}

describe("many issues", () => {
  test("10,000 issues of one second are paged through completely, each once", async () => {
    const issues = Array.from({ length: COUNT }, (_, index) => ({ title: `Issue ${index}` }));
    const setup = aSimulator({ seedData: { issues, withoutDemoIssues: true } });
    const seen = new Set<number>();

    let after: string | null = null;
    let pages = 0;
    for (let more = true; more; pages += 1) {
      const page = (await setup.read(PAGE, { after }))["repository"]?.["issues"] as unknown as Page;
      for (const { number } of page.nodes) seen.add(number);
      expect(page.totalCount).toBe(COUNT);
      ({ hasNextPage: more, endCursor: after } = page.pageInfo);
    }

    expect([pages, seen.size]).toEqual([100, COUNT]);
  });
});
