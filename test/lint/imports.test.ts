import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";
import {
  cleanFiles,
  disguisedImports,
  forbiddenImports,
  impureModules,
  MAY_IMPORT,
  surroundings,
  wholeTree,
  type Planted,
} from "./planted.ts";

// The planted files are not on disk, so the rules that need types are off; those that restrict need none.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  overrideConfig: [
    {
      files: ["**/*.ts"],
      rules: tseslint.configs.disableTypeChecked.rules ?? {},
      languageOptions: { parserOptions: { projectService: false } },
    },
  ],
});

/** The rules that a file breaks. */
async function rulesBrokenBy(file: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
  const messages = result?.messages ?? [];
  const fatal = messages.find((message) => message.ruleId === null);
  if (fatal !== undefined) throw new Error(`${file} is not linted: ${fatal.message}`);
  return messages.map((message) => message.ruleId ?? "");
}

const GROUPS: readonly { readonly group: string; readonly planted: readonly Planted[] }[] = [
  { group: "an import of a folder that is closed to it", planted: forbiddenImports },
  { group: "such an import in another spelling", planted: disguisedImports },
  { group: "a module that the folder must not load", planted: impureModules },
  { group: "time, randomness, settings or I/O from the surroundings", planted: surroundings },
  { group: "what is forbidden in the whole tree", planted: wholeTree },
];

describe.each(GROUPS)("lint catches $group", ({ planted }) => {
  test.each(planted)("$file: $code", async ({ file, code, rule }) => {
    expect(await rulesBrokenBy(file, code)).toContain(rule);
  });
});

describe("lint passes a clean file", () => {
  test.each(cleanFiles)("$file: $code", async ({ file, code }) => {
    expect(await rulesBrokenBy(file, code)).toEqual([]);
  });
});

test("the table of imports leads in no circle, and to sync/ only", () => {
  const reach = (folder: string, seen: readonly string[]): void => {
    expect(seen).not.toContain(folder);
    for (const next of MAY_IMPORT[folder as keyof typeof MAY_IMPORT]) reach(next, [...seen, folder]);
  };

  for (const folder of Object.keys(MAY_IMPORT)) reach(folder, []);
  expect(MAY_IMPORT.sync).toEqual([]);
});
