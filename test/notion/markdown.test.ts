import { describe, expect, test } from "vitest";
import { connect } from "../local/notion-api/workspace.ts";
import { toSeedPageId } from "../../local/notion-api/seed.ts";
import type { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import { createBench } from "./bench.ts";

const PAGE = toSeedPageId(0);
type Simulator = ReturnType<typeof createNotionSimulator>;

const append = (bench: ReturnType<typeof createBench>, children: object[]): Promise<unknown> =>
  bench.run(
    connect(bench.simulator as Simulator).request({ path: `blocks/${PAGE}/children`, method: "patch", body: { children } }),
  );
const aParagraph = (content: string): object => ({ paragraph: { rich_text: [{ text: { content } }] } });

describe("readMarkdown", () => {
  test("gives the content of a page, whole, with one request", async () => {
    const bench = createBench();
    await append(bench, [aParagraph("a *"), { to_do: { rich_text: [{ text: { content: "b" } }], checked: true } }]);

    expect(await bench.run(bench.adapter.readMarkdown(PAGE))).toEqual({ markdown: "a \\*\n- [x] b", complete: true });
    expect(bench.acquired).toEqual(["read"]);
  });

  test("an empty page has no content", async () => {
    const bench = createBench();

    expect(await bench.run(bench.adapter.readMarkdown(PAGE))).toEqual({ markdown: "", complete: true });
  });

  test("says that it is not complete when Notion cut it off", async () => {
    const bench = createBench({ markdown: { maxBlocks: 1 } });
    await append(bench, [aParagraph("a"), aParagraph("b")]);

    expect(await bench.run(bench.adapter.readMarkdown(PAGE))).toEqual({ markdown: "a", complete: false });
  });

  test("says that it is not complete when Notion could not read a block", async () => {
    const bench = createBench({ markdown: { unknownTypes: ["divider"] } });
    await append(bench, [aParagraph("a"), { divider: {} }]);

    expect(await bench.run(bench.adapter.readMarkdown(PAGE))).toEqual({ markdown: "a", complete: false });
  });

  test("a page that is missing or not shared is not found", async () => {
    const bench = createBench();

    expect(await bench.fail(bench.adapter.readMarkdown("9a6e0000-0000-4000-8000-00000000ffff"))).toMatchObject({
      code: "not_found",
    });
  });
});
