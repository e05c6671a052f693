import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildASTSchema, type GraphQLSchema, Kind, parse, validate } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import * as documents from "../../github/documents.ts";

const RESERVED = ["query", "method", "url", "headers", "baseUrl", "request", "mediaType", "operationName"];

const ALL: readonly (readonly [string, string])[] = [
  ["VIEWER", documents.VIEWER],
  ["REPOSITORY", documents.REPOSITORY],
  ["NODES", documents.NODES],
  ["ITEM_BY_NUMBER", documents.ITEM_BY_NUMBER],
  ["ISSUES_UPDATED", documents.ISSUES_UPDATED],
  ["ISSUES_CREATED", documents.ISSUES_CREATED],
  ["CREATE_ISSUE", documents.CREATE_ISSUE],
  ["updates", documents.formatUpdates(["updateIssue", "closeIssue", "reopenIssue", "updateIssue"])],
];

describe("documents", () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    const packageFile = createRequire(import.meta.url).resolve("github-schema/package.json");
    const sdl = readFileSync(join(dirname(packageFile), "github-schema.graphql"), "utf8");
    schema = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValidSDL: true });
  });

  test("are all listed here", () => {
    const texts = Object.values(documents).filter((each) => typeof each === "string");

    expect(texts.sort()).toEqual(
      ALL.slice(0, -1)
        .map(([, text]) => text)
        .sort(),
    );
  });

  test.each(ALL)("%s is valid in GitHub's schema", (_, text) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });

  test.each(ALL)("%s has no variable whose name the client takes for itself", (_, text) => {
    const operation = parse(text).definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const names = operation?.variableDefinitions?.map((each) => each.variable.name.value) ?? [];

    expect(names.filter((name) => RESERVED.includes(name))).toEqual([]);
  });

  test("a document that asks for what GitHub does not have is caught", () => {
    const wrong = documents.VIEWER.replace("login", "loginName");

    expect(validate(schema, parse(wrong))).toHaveLength(1);
  });
});
