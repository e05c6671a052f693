import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonText } from "../../config/json-text.ts";
import { parseConfigText, readConfig } from "../../config/read-config.ts";
import { demoText } from "./written.ts";

describe("readConfig", () => {
  test("reads the demo", async () => {
    const file = fileURLToPath(new URL("../../sync.config.json", import.meta.url));

    expect(await readConfig(file)).toHaveProperty("config.mappings.0.name", "engineering");
  });

  test("says that there is no file, and which setting names it", async () => {
    const result = await readConfig("no/such/file.json");

    expect(result).toEqual({
      problems: [
        {
          path: "no/such/file.json",
          reason: "There is no such file.",
          fix: "Set SYNC_CONFIG to the path of the mapping file.",
        },
      ],
    });
  });

  test("says that a folder is no file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    try {
      expect(await readConfig(folder, "sync.config.json")).toHaveProperty(
        "problems.0.reason",
        "The file cannot be read (EISDIR).",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("parseConfigText", () => {
  test.each([
    { what: "a comma too many", text: '{\n  "a": 1,\n}', at: "f.json:3:1", says: "Expected a key in double quotes" },
    { what: "a missing comma", text: '{\n  "a": 1\n  "b": 2\n}', at: "f.json:3:3", says: "Expected a comma or }" },
    { what: "a comment", text: '{ // why\n"a": 1 }', at: "f.json:1:3", says: "JSON has no comments" },
    { what: "an end too early", text: '{ "a": [1, 2', at: "f.json:1:13", says: "the end of the file" },
    { what: "an empty file", text: "", at: "f.json:1:1", says: "the end of the file" },
    { what: "single quotes", text: "{ 'a': 1 }", at: "f.json:1:3", says: "in double quotes" },
    { what: "text after the end", text: "{}\n{}", at: "f.json:2:1", says: "Expected nothing more" },
    { what: "a missing colon", text: '{ "a" 1 }', at: "f.json:1:7", says: "Expected a colon" },
  ])("shows line and column of $what", ({ text, at, says }) => {
    const result = parseConfigText(text, "f.json");
    const found = "problems" in result ? result.problems : [];

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ path: at, reason: expect.stringContaining(says) as unknown });
  });

  test("reports a status that is listed twice, which JSON.parse would drop in silence", () => {
    const text = demoText.replace('"Backlog": {', '"Ready": { "item": "closed" }, "Backlog": {');

    expect(parseConfigText(text, "f.json")).toMatchObject({
      problems: [{ path: "f.json: mappings[0].status.values.Ready", reason: "This key is there twice in one object." }],
    });
  });

  test("takes a file with a byte order mark", () => {
    expect(parseConfigText(`\uFEFF${demoText}`, "f.json")).toHaveProperty("config");
  });
});

describe("parseJsonText", () => {
  test("agrees with JSON.parse on every value", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(2), (text, space) => {
        const value = JSON.parse(text) as unknown;

        expect(parseJsonText(JSON.stringify(value, null, space))).toMatchObject({ value });
      }),
    );
  });

  test("refuses what JSON.parse refuses, and nothing else", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "x", '"', " ", "0"), (text, place, insert) => {
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + insert + text.slice(insert === "" ? at + 1 : at);

        expect("fault" in parseJsonText(broken)).toBe(!isJson(broken));
      }),
      { numRuns: 500 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
