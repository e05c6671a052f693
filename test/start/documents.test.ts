import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { formatAccount } from "../../local/start/account.ts";
import { PORT_SETTINGS, parsePorts } from "../../local/start/ports.ts";

const root = resolve(import.meta.dirname, "../..");
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/design.md", "docs/configuration.md", ...decisions];
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
    const ours = named.filter((name) => name !== "install" && name !== "ci");

    expect(ours).toContain("start");
    expect(ours.filter((name) => scripts[name] === undefined)).toEqual([]);
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
