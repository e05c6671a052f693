import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildASTSchema, type GraphQLSchema, Kind, parse, validate } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import * as documents from "../../github/documents.ts";
import * as directory from "../../github/documents-directory.ts";
import * as pullRequests from "../../github/documents-pull-requests.ts";
import { formatLone, type LoneMutation } from "../../github/documents-pull-requests.ts";
import * as projects from "../../github/documents-projects.ts";
import * as writes from "../../github/documents-writes.ts";
import { formatUpdates, type UpdateName } from "../../github/documents-writes.ts";

const RESERVED = ["query", "method", "url", "headers", "baseUrl", "request", "mediaType", "operationName"];

const EVERY_UPDATE = [
  ...["updateIssue", "closeIssue", "reopenIssue", "updateIssue", "updatePullRequest"],
  ...["addLabelsToLabelable", "removeLabelsFromLabelable", "addAssigneesToAssignable", "removeAssigneesFromAssignable"],
  ...["addSubIssue", "removeSubIssue"],
  ...["closePullRequest", "reopenPullRequest", "convertPullRequestToDraft", "markPullRequestReadyForReview"],
] as UpdateName[];
const EVERY_PROJECT_UPDATE = [
  ...["addProjectV2ItemById", "updateProjectV2ItemFieldValue", "clearProjectV2ItemFieldValue", "unarchiveProjectV2Item"],
] as UpdateName[];

const EVERY_LONE: readonly LoneMutation[] = [
  "createPullRequest",
  "mergePullRequest",
  "enablePullRequestAutoMerge",
  "disablePullRequestAutoMerge",
];

const textsOf = (module: object): (readonly [string, string])[] =>
  Object.entries(module).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));

const WRITTEN: readonly (readonly [string, string])[] = [
  ["updates", formatUpdates(EVERY_UPDATE)],
  ["updates of projects", formatUpdates(EVERY_PROJECT_UPDATE)],
  ...[...EVERY_UPDATE, ...EVERY_PROJECT_UPDATE].map((name) => [`a lone ${name}`, formatUpdates([name])] as const),
  ...EVERY_LONE.map((name) => [`${name} alone`, formatLone(name)] as const),
];
const ALL = [...[documents, directory, projects, pullRequests, writes].flatMap(textsOf), ...WRITTEN];

describe("documents", () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    const packageFile = createRequire(import.meta.url).resolve("github-schema/package.json");
    const sdl = readFileSync(join(dirname(packageFile), "github-schema.graphql"), "utf8");
    schema = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValidSDL: true });
  });

  test("of every module are here", () => {
    expect(ALL.map(([name]) => name)).toEqual(
      expect.arrayContaining(["NODES", "DIRECTORY", "PROJECT_ITEMS", "CREATE_LABEL", "MERGEABILITY"]),
    );
  });

  test("name projects apart from issues and pull requests: a token without the scope fails the whole document", () => {
    const mixed = ALL.filter(([, text]) => /ProjectItemF|projectV2\(/.test(text) && /IssueCore|PrCore/.test(text));

    expect(mixed.map(([name]) => name)).toEqual([]);
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
