import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { GITHUB_ERROR_CODES } from "../../github/remedy.ts";
import { formatAccount } from "../../local/start/account.ts";
import { PORT_SETTINGS, parsePorts } from "../../local/start/ports.ts";

const root = resolve(import.meta.dirname, "../..");
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const guides = ["docs/design.md", "docs/configuration.md", "docs/operations.md", "docs/deployment.md", "docs/cost.md"];
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...guides, ...decisions];
const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("the documents", () => {
  test("name only files that there are", () => {
    const missing = documents.flatMap((path) => {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
      return links.filter((link) => !existsSync(resolve(root, dirname(path), link))).map((link) => `${path}: ${link}`);
    });

    expect(missing).toEqual([]);
  });

  test("name only npm scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm (?:run )?([a-z][a-z:]*)/g)].map((match) => match[1] ?? ""),
    );
    const ours = named.filter((name) => !["install", "ci", "audit"].includes(name));

    expect(ours).toContain("start");
    expect(ours.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test("say of which API version Notion's subscription is, wherever one is made: older events do not name the data source", () => {
    const version = /NOTION_VERSION = "([^"]+)"/.exec(read("notion/request.ts"))?.[1] ?? "none";
    const made = documents.flatMap((path) =>
      [...read(path).matchAll(/^.*(?:make a subscription|\*Create a subscription\*).*$/gm)].map(([line]) => `${path}: ${line}`),
    );

    expect(made.length).toBeGreaterThanOrEqual(3);
    expect(made.filter((line) => !line.includes(`API version \`${version}\``))).toEqual([]);
  });

  test("lead to headings that there are", () => {
    const missing = documents.flatMap((path) => {
      const links = [...read(path).matchAll(/\]\(([^):#]*)#([^)]+)\)/g)];
      return links.filter(([, file = "", id = ""]) => {
        const target = file === "" ? path : join(dirname(path), file);
        const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
        return !headings.some(
          (heading) =>
            heading
              .toLowerCase()
              .replaceAll(/[^a-z0-9 -]/g, "")
              .replaceAll(" ", "-") === id,
        );
      });
    });

    expect(missing.map(([link]) => link)).toEqual([]);
  });

  test("explain in the operations guide every code that a pair can have, and every message of the log", () => {
    const sources = ["sync", "activities", "github", "notion", "functions"].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => read(`${folder}/${name}`)),
    );
    const guide = read("docs/operations.md");
    const find = (pattern: RegExp): string[] =>
      sources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? ""));
    const codes = find(/(?:\bcode: |\b(?:wait|fail|later|problem)\(\s*)"([a-z_]+)"/g);
    const ofNotion = [...read("notion/error.ts").matchAll(/^ {2}([a-z_]+): "[A-Z]/gm)].map((match) => match[1] ?? "");
    const messages = find(/\blog\(\s*"(?:info|warn|error)",\s*"([^"]+)"/g);
    // The row of a budget is written too often, a plan was interrupted: no pair ends so. There was no run: said beside its being stuck.
    const inner = ["contention", "unknown", "there was no run to end"];
    const named = [...new Set([...GITHUB_ERROR_CODES, ...ofNotion, ...codes, ...messages])].filter(
      (name) => !inner.includes(name),
    );

    expect(named.length).toBeGreaterThan(90);
    expect(named.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  test("give in the README the commands that npm start prints, and every port setting", () => {
    const account = formatAccount({
      root,
      stateFolder: join(root, ".local"),
      ports: parsePorts({}),
      configPath: "sync.config.json",
    });
    const printed = account.split("\n").filter((line) => line.startsWith("  curl") && line.includes("-d "));

    expect(printed).toHaveLength(2);
    for (const command of printed) expect(read("README.md")).toContain(command.trim());
    for (const setting of PORT_SETTINGS) expect(read("README.md")).toContain(setting);
  });

  test("record each decision with its date, status, context, decision and consequences", () => {
    expect(decisions.length).toBeGreaterThan(0);
    for (const path of decisions) {
      expect(path).toMatch(/\/\d{4}-[a-z0-9]+(-[a-z0-9]+)+\.md$/);
      expect(read(path)).toMatch(
        /^# .+\n\nDate: \d{4}-\d{2}-\d{2}\n\nStatus: .+\n\n## Context\n[^]+\n## Decision\n[^]+\n## Consequences\n/,
      );
    }
  });
});
