import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatProblem } from "../../config/problem.ts";
import { readConfig } from "../../config/read-config.ts";
import { listFiles, stageApp } from "../../scripts/stage.ts";
import { listUploaded } from "../support/core-tools-upload.ts";
import { createWorld, simpleConfig } from "../support/world.ts";

const root = resolve(import.meta.dirname, "../..");
const STAGED = ["dist/THIRD-PARTY-LICENSES.txt", "dist/index.cjs", "host.json", "package.json", "sync.config.json"];

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notion-sync-package-"));
  out = join(folder, "app");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const packageApp = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ["scripts/package.ts", "--out", out, ...args], { cwd: root }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: unknown) => {
      const { code, stderr } = error as { readonly code: number; readonly stderr: string };
      return { code, text: stderr };
    },
  );

function writeConfig(config: unknown): string {
  const file = join(folder, "my.config.json");
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  return file;
}

const stage = (changes: Partial<Parameters<typeof stageApp>[0]> = {}) =>
  stageApp({
    root,
    config: join(root, "sync.config.json"),
    configName: "sync.config.json",
    out,
    demo: true,
    maps: false,
    ...changes,
  });

describe("the staged app", () => {
  test("is all that is uploaded: no sources, tests, settings or maps", async () => {
    await stage();

    expect(listUploaded(out)).toEqual(STAGED);
    expect(listFiles(out)).toEqual(STAGED);
  });

  test("holds the source map if it is asked for", async () => {
    await stage({ maps: true });
    expect(listUploaded(out)).toEqual([...STAGED, "dist/index.cjs.map"].toSorted());

    await stage();
    expect(listUploaded(out)).toEqual(STAGED);
  });

  test("names itself and its bundle, and no packages that somebody would install there", async () => {
    await stage();
    const manifest = JSON.parse(readFileSync(join(out, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;

    expect(Object.keys(manifest).toSorted()).toEqual(["engines", "main", "name", "private", "type", "version"]);
    expect(existsSync(join(out, String(manifest["main"])))).toBe(true);
  });

  test("names every package of the bundle with its licence", async () => {
    await stage();
    const notices = readFileSync(join(out, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");

    for (const name of ["@azure/functions 4", "durable-functions 3", "@notionhq/client 5", "zod 4"])
      expect(notices).toContain(`\n${name}`);
    expect(notices).toContain("Permission is hereby granted");
  });

  test("runs alone: a page set to Ready gets its issue", async () => {
    const config = writeConfig(simpleConfig());
    await stage({ config });
    const alone = mkdtempSync(join(tmpdir(), "alone-"));
    cpSync(out, alone, { recursive: true });
    const world = await createWorld({ appDirectory: alone, environment: { SYNC_CONFIG: "sync.config.json" } });
    try {
      await world.person.createPage({ title: "Paint the widgets", status: "Ready" });
      await world.settled();

      expect(await world.person.issuesTitled("Paint the widgets")).toHaveLength(1);
    } finally {
      await world.close();
      rmSync(alone, { recursive: true, force: true });
    }
  });
});

describe("npm run package", () => {
  test("says what it staged and what to do next", async () => {
    const { code, text } = await packageApp("--config", writeConfig(simpleConfig()), "--demo");

    expect(code).toBe(0);
    for (const path of STAGED) expect(text).toContain(`  ${path}\n`);
    expect(text).toContain("(engineering)");
    expect(text).toMatch(/cd .+app && func azure functionapp publish <app name> --javascript/);
    expect(readFileSync(join(out, "sync.config.json"))).toEqual(readFileSync(join(folder, "my.config.json")));
  });

  test("refuses a bad mapping file with every fault that a start would name, and stages nothing", async () => {
    const file = join(root, "test/start/bad.config.json");
    const { code, text } = await packageApp("--config", file);
    const parsed = await readConfig(file, file);
    const problems = "problems" in parsed ? parsed.problems : [];

    expect(code).toBe(1);
    expect(problems.length).toBeGreaterThan(1);
    for (const problem of problems) expect(text).toContain(`- ${formatProblem(problem)}\n`);
    expect(existsSync(out)).toBe(false);
  });

  test("refuses the demo's mapping, which no Notion has, unless it is asked for", async () => {
    const refused = await packageApp();

    expect(refused.code).toBe(1);
    expect(refused.text).toContain("--config");
    expect(existsSync(out)).toBe(false);
    expect((await packageApp("--demo")).code).toBe(0);
  });

  test("leaves a folder alone that holds anything else", async () => {
    mkdirSync(out);
    writeFileSync(join(out, ".env"), "GITHUB_TOKEN=…");
    const { code, text } = await packageApp("--demo");

    expect(code).toBe(1);
    expect(text).toContain(".env");
    expect(listFiles(out)).toEqual([".env"]);
  });

  test("refuses an option that there is not", async () => {
    expect(await packageApp("--publish")).toMatchObject({ code: 1, text: expect.stringContaining("--publish") as unknown });
  });
});

describe("func at the root of the project", () => {
  test("uploads the built app alone, as from the staged folder", () => {
    // The project as it may look: with packages, sources, settings and state of this machine.
    for (const path of [
      ...["host.json", "package.json", "package-lock.json", "sync.config.json", "dist/index.cjs", "dist/index.cjs.map"],
      ...[
        "dist/app/host.json",
        "dist/app/dist/index.cjs",
        "main.ts",
        "functions/poll.ts",
        "test/main.test.ts",
        "infra/main.bicep",
      ],
      ...[
        ".env",
        ".env.local",
        ".azure/dev/.env",
        ".local/host.db",
        "local.settings.json",
        "node_modules/zod/index.js",
        ".git/config",
      ],
      ...["docs/design.md", "my.config.json", "local/start.ts"],
    ]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    cpSync(join(root, ".funcignore"), join(folder, ".funcignore"));

    expect(listUploaded(folder)).toEqual([
      "dist/index.cjs",
      "dist/index.cjs.map",
      "host.json",
      "package.json",
      "sync.config.json",
    ]);
  });

  test.each([
    ["*.ts", "src/a.ts", true],
    ["**/*.ts", "src/a.ts", false],
    ["*.map", "dist/main.js.map", true],
    ["dist/*.map", "dist/main.js.map", false],
    ["src", "src-old/a", false],
    ["node_modules", "node_modules/zod/index.js", false],
    ["node_modules/*", "node_modules/zod/index.js", false],
    [".env*", ".env.local", false],
    [".azure", ".azure/dev/.env", false],
    ["docs", "dist/.git/config", false],
    ["docs", "dist/local.settings.json", false],
    ["docs", "dist/.gitignore.md", true],
  ])("reads the line %s as Core Tools do: %s is uploaded %s", (line, path, isUploaded) => {
    writeFileSync(join(folder, ".funcignore"), line);

    expect(listUploaded(folder, [path])).toEqual(isUploaded ? [path] : []);
  });
});
