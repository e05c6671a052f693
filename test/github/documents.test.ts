import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildASTSchema, type GraphQLSchema, Kind, parse, validate, visit } from "graphql";
import { describe, expect, test } from "vitest";
import { VIEWER } from "../../github/documents.ts";
import { formatLone, type LoneMutation } from "../../github/documents-pull-requests.ts";
import { formatUpdates, type UpdateName } from "../../github/documents-writes.ts";

const RESERVED = ["query", "method", "url", "headers", "baseUrl", "request", "mediaType", "operationName"];
const FOLDER = join(import.meta.dirname, "../../github");

const schema = readSchema();
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
const EVERY_UPDATE = mutations.filter((name): name is UpdateName => isWritten(() => formatUpdates([name as UpdateName])));
const EVERY_LONE = mutations.filter((name): name is LoneMutation => isWritten(() => formatLone(name as LoneMutation)));
const isOfProject = (name: string): boolean => name.includes("ProjectV2");

const modules = await Promise.all(
  readdirSync(FOLDER)
    .filter((file) => file.startsWith("documents"))
    .map(async (file) => [file, (await import(join(FOLDER, file))) as Readonly<Record<string, unknown>>] as const),
);
const exported = modules.flatMap(([file, module]) => Object.entries(module).map(([name, value]) => ({ file, name, value })));

const WRITTEN: readonly (readonly [string, string])[] = [
  ["updates", formatUpdates(EVERY_UPDATE.filter((name) => !isOfProject(name)))],
  ["updates of both", formatUpdates(EVERY_UPDATE)],
  ["updates of projects", formatUpdates(EVERY_UPDATE.filter(isOfProject))],
  ...EVERY_UPDATE.map((name) => [`a lone ${name}`, formatUpdates([name])] as const),
  ...EVERY_LONE.map((name) => [`${name} alone`, formatLone(name)] as const),
];
const ALL = [...exported.flatMap(({ name, value }) => (typeof value === "string" ? [[name, value] as const] : [])), ...WRITTEN];

function readSchema(): GraphQLSchema {
  const packageFile = createRequire(import.meta.url).resolve("github-schema/package.json");
  const sdl = readFileSync(join(dirname(packageFile), "github-schema.graphql"), "utf8");
  return buildASTSchema(parse(sdl, { noLocation: true }), { assumeValidSDL: true });
}

/** A builder throws for a mutation that it does not know, or leaves a hole. */
function isWritten(build: () => string): boolean {
  try {
    return !build().includes("undefined");
  } catch {
    return false;
  }
}

/** The values that a document holds itself: numbers say how much is asked for, everything else must be a variable. */
function valuesIn(text: string): readonly string[] {
  const values: string[] = [];
  visit(parse(text), {
    StringValue: ({ value }) => void values.push(value),
    FloatValue: ({ value }) => void values.push(value),
    Argument: ({ name, value }) => {
      if (value.kind === Kind.INT && name.value !== "first") values.push(`${name.value}: ${value.value}`);
    },
  });
  return values;
}

describe("documents", () => {
  test("are found in every module that has some, and what writes them is known here", () => {
    expect(ALL.map(([name]) => name)).toEqual(
      expect.arrayContaining(["NODES", "DIRECTORY", "PROJECT_ITEMS", "CREATE_LABEL", "MERGEABILITY", "ITEM_BY_ADDRESS"]),
    );
    for (const [file, module] of modules) expect(Object.keys(module), file).not.toEqual([]);
    const functions = exported.flatMap(({ name, value }) => (typeof value === "function" ? [name] : []));
    // Whoever writes another builder of documents adds it here; the other two only name things.
    expect(functions.sort()).toEqual(["formatLone", "formatUpdates", "toAlias", "toPayloadField"]);
    expect([EVERY_UPDATE.length, EVERY_LONE.length]).toEqual([countKeys("UPDATES"), countKeys("ALONE")]);
  });

  test("are written nowhere else in the product", () => {
    const inside = sourcesOf(join(FOLDER, "..")).filter(
      ([file, text]) =>
        !/github\/(documents|fragments)[a-z-]*\.ts$/.test(file) &&
        /\b(query|mutation|fragment)\b[^`"';]*\{\s*\n?\s*[a-z]\w*\s*[({]/.test(text),
    );

    expect(inside.map(([file]) => file)).toEqual([]);
  });

  test("name projects apart from issues and pull requests: a token without the scope fails the whole document", () => {
    const mixed = ALL.filter(([, text]) => /ProjectItemF|projectV2\(/.test(text) && /IssueCore|PrCore/.test(text));

    // Writes share a request; what a token without the scope then fails is sent again without those of projects.
    expect(mixed.map(([name]) => name)).toEqual(["updates of both"]);
  });

  test.each(ALL)("%s is valid in GitHub's schema", (_, text) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });

  test.each(ALL)("%s has no variable whose name the client takes for itself", (_, text) => {
    const operation = parse(text).definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const names = operation?.variableDefinitions?.map((each) => each.variable.name.value) ?? [];

    expect(names.filter((name) => RESERVED.includes(name))).toEqual([]);
  });

  test.each(ALL)("%s holds no value: they travel in variables", (_, text) => {
    expect(valuesIn(text)).toEqual([]);
  });

  test("a document that holds a value is caught", () => {
    expect(valuesIn('query Q { repository(owner: "acme", name: "widgets") { issue(number: 7) { id } } }')).toEqual([
      "acme",
      "widgets",
      "number: 7",
    ]);
  });

  test("a document that asks for what GitHub does not have is caught", () => {
    const wrong = VIEWER.replace("login", "loginName");

    expect(validate(schema, parse(wrong))).toHaveLength(1);
  });
});

/** The sources of the product: everything at the top but what is local, test or built. */
function sourcesOf(root: string): readonly (readonly [string, string])[] {
  const folders = ["activities", "config", "functions", "github", "markdown", "notion", "orchestrators", "storage", "sync"];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => [`${folder}/${file}`, readFileSync(join(root, folder, file), "utf8")] as const),
  );
}

/** How many mutations a table in the documents' sources names. */
function countKeys(table: "UPDATES" | "ALONE"): number {
  const [, text] = sourcesOf(join(FOLDER, "..")).find(([, source]) => source.includes(`const ${table} = {`)) ?? ["", ""];
  const [, rows = ""] = new RegExp(`const ${table} = \\{([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  return rows.split("\n").filter((row) => /^ {2}\w+:/.test(row)).length;
}
