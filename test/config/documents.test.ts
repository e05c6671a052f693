import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../config/config.ts";
import { makeJsonSchema } from "../../config/json-schema.ts";
import { DEFAULT_SETTINGS, SETTING_NAMES } from "../../config/settings.ts";
import { NAMED_SECRETS } from "../../config/secret-settings.ts";
import { DEMO_DATA_SOURCE_ID, DEMO_PROPERTIES } from "../../local/notion-api/seed.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const guide = read("docs/configuration.md");

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: Node | false;
  readonly type?: string;
}

/** Every key that the schema knows, as the guide writes it, with its part of the schema. */
function keysOf(node: Node, path: string): (readonly [string, Node])[] {
  const part = node.anyOf?.find(({ type }) => type !== "null") ?? node;
  const below: (readonly [string, Node])[] = Object.entries(part.properties ?? {}).flatMap(([key, child]) => {
    const here = path === "" ? key : `${path}.${key}`;
    return [[here, child] as const, ...keysOf(child, here)];
  });
  if (part.items !== undefined) below.push(...keysOf(part.items, `${path}[]`));
  if (typeof part.additionalProperties === "object") below.push(...keysOf(part.additionalProperties, `${path}.*`));
  return below;
}

const keys = keysOf(makeJsonSchema() as Node, "").map(([path, node]) => [path.replace("mappings[].", ""), node] as const);

/** The row of the guide's tables that begins with this name. */
function rowOf(name: string): string {
  return guide.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? `(no row for ${name})`;
}

describe("docs/sync.config.schema.json", () => {
  test("is what the schema says now; else run `node scripts/write-schema.ts`", () => {
    expect(JSON.parse(read("docs/sync.config.schema.json"))).toEqual(makeJsonSchema());
  });

  test("describes every key, for editors", () => {
    expect(keys.length).toBeGreaterThan(60);
    for (const [path, node] of keys) {
      const described = node.description ?? node.anyOf?.find(({ type }) => type !== "null")?.description;
      expect([path, (described ?? "").length > 10]).toEqual([path, true]);
    }
  });

  test("lets no unknown key pass", () => {
    const strict = keys.filter(([, node]) => node.properties !== undefined);

    for (const [path, node] of strict) expect([path, node.additionalProperties]).toEqual([path, false]);
  });
});

describe("docs/configuration.md", () => {
  test.each(SETTING_NAMES.map((name) => ({ name })))("has a row for $name", ({ name }) => {
    expect(rowOf(name)).toContain(new Map<string, string>(Object.entries(DEFAULT_SETTINGS)).get(name) ?? name);
  });

  test("pairs each secret of the vault with its setting", () => {
    for (const [secret, setting] of Object.entries(NAMED_SECRETS)) expect(rowOf(secret)).toContain(`\`${setting}\``);
  });

  test.each(keys.filter(([path]) => path !== "mappings").map(([path, node]) => ({ path, node })))(
    "has a row for $path",
    ({ path, node }) => {
      expect(rowOf(path)).toContain(node.default === undefined ? path : `| \`${JSON.stringify(node.default)}\` |`);
    },
  );

  test("shows a minimal file that is right", () => {
    const example = /```json\n([^`]*)```/.exec(guide)?.[1] ?? "";

    expect(parseConfig(JSON.parse(example), "example")).toHaveProperty("config");
  });
});

describe("the demo's mapping file", () => {
  const demo = parseConfig(JSON.parse(read("sync.config.json")), "sync.config.json");
  const mapping = "config" in demo ? demo.config.mappings[0] : undefined;

  test("names the data source that the simulator starts with, and properties that are there", () => {
    const there = new Set(DEMO_PROPERTIES.map(({ name }) => name));
    const named = [
      mapping?.status.property,
      mapping?.notion.githubProperty,
      mapping?.notion.errorProperty ?? undefined,
      mapping?.pullRequest?.branchProperty,
      ...(mapping?.fields.map(({ notion }) => notion) ?? []),
    ];

    expect(mapping?.notion.dataSourceId).toBe(DEMO_DATA_SOURCE_ID);
    expect(named.filter((name) => name === undefined || !there.has(name))).toEqual([]);
  });

  test("maps every kind of GitHub field", () => {
    const kinds = mapping?.fields.map(({ github }) => github.split(".")[0]);

    expect([...new Set(kinds)].toSorted()).toEqual(["assignees", "labels", "milestone", "parent", "project", "title", "type"]);
  });
});
