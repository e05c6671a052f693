import { describe, expect, test } from "vitest";
import { parseConfig } from "../../config/config.ts";
import { formatProblem } from "../../config/problem.ts";
import { demoWith, mappingsWith, type Edit } from "./written.ts";

interface Case {
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Of the one problem that there must be. */
  readonly at: string;
  readonly says: string;
}

const values = (name: string, key: string): readonly string[] => ["status", "values", name, key];
const title = { notion: "Name", github: "title" };
const noProject: readonly Edit[] = [
  [["github", "project"], null],
  [["status", "projectField"], undefined],
  [values("Ready", "project"), undefined],
  [values("In Progress", "project"), null],
  [values("Done", "project"), undefined],
  [["fields"], [title]],
];

const CASES: readonly Case[] = [
  {
    what: "a misspelt key",
    edits: [[["pullRequest", "mergeMetod"], "squash"]],
    at: "pullRequest.mergeMetod",
    says: 'Did you mean "mergeMethod"?',
  },
  { what: "an unknown key", edits: [[["notion", "colour"], 1]], at: "notion.colour", says: '"dataSourceId", "githubProperty"' },
  { what: "a misspelt word", edits: [[["body"], "toGithb"]], at: "body", says: 'Did you mean "toGithub"?' },
  { what: "a word of the wrong kind", edits: [[["comments"], true]], at: "comments", says: "found true" },
  {
    what: "an unknown conflict rule",
    edits: [[["status", "conflict"], "newest"]],
    at: "status.conflict",
    says: '"notion", "github" or "hold"',
  },
  {
    what: "an unknown direction",
    edits: [[["fields", 5, "direction"], "toNotin"]],
    at: "fields[5].direction",
    says: 'Did you mean "toNotion"?',
  },
  { what: "a name unfit for an instance id", edits: [[["name"], "web/app"]], at: "name", says: "letters, digits, - and _" },
  { what: "a name that is too long", edits: [[["name"], "x".repeat(61)]], at: "name", says: "at most 60" },
  {
    what: "a database's URL",
    edits: [[["notion", "dataSourceId"], "https://www.notion.so/acme/1f0de70a00004000800000000000da7a?v=1"]],
    at: "notion.dataSourceId",
    says: "the database's, not the data source's",
  },
  {
    what: "a data source id that is cut",
    edits: [[["notion", "dataSourceId"], "1f0de70a-0000"]],
    at: "notion.dataSourceId",
    says: "32 hexadecimal digits",
  },
  { what: "a filter that says nothing", edits: [[["notion", "filter"], {}]], at: "notion.filter", says: "empty" },
  {
    what: "a filter with an operator that Notion does not have",
    edits: [[["notion", "filter"], { and: [{ property: "Team", select: { sounds_like: "Web" } }] }]],
    at: "notion.filter.and[0].select.sounds_like",
    says: "operator",
  },
  {
    what: "an empty property name",
    edits: [[["notion", "githubProperty"], ""]],
    at: "notion.githubProperty",
    says: "an empty text",
  },
  {
    what: "a repository's URL",
    edits: [[["github", "repository"], "https://github.com/acme/widgets.git"]],
    at: "github.repository",
    says: 'Write "acme/widgets".',
  },
  {
    what: "a repository without owner",
    edits: [[["github", "repository"], "widgets"]],
    at: "github.repository",
    says: "owner/name",
  },
  {
    what: "a project that is no number",
    edits: [[["github", "project", "number"], "1"]],
    at: "github.project.number",
    says: "whole number from 1 on",
  },
  {
    what: "a repository property without values",
    edits: [[["github", "repositoryProperty"], { property: "Repo", values: {} }]],
    at: "github.repositoryProperty.values",
    says: "No value",
  },
  {
    what: "a repository property that the app writes",
    edits: [[["github", "repositoryProperty"], { property: "Sync", values: { Web: "a/b" } }]],
    at: "github.repositoryProperty.property",
    says: "The app writes",
  },
  { what: "no status at all", edits: [[["status", "values"], {}]], at: "status.values", says: "No status is listed" },
  {
    what: "no status that means open",
    edits: [[["status", "values"], { Done: { item: "closed" } }]],
    at: "status.values",
    says: '"item": "open"',
  },
  {
    what: "a reason for being open",
    edits: [[values("Ready", "reason"), "not_planned"]],
    at: "status.values.Ready.reason",
    says: 'only with item "closed"',
  },
  {
    what: "a merge that leaves the item open",
    edits: [[values("Ready", "pullRequest"), "autoMerge"]],
    at: "status.values.Ready.pullRequest",
    says: 'only with item "closed"',
  },
  {
    what: "a merge of a draft",
    edits: [[values("Done", "draft"), true]],
    at: "status.values.Done.draft",
    says: "A draft cannot be merged",
  },
  {
    what: "a status for new pages that is not listed",
    edits: [[["status", "created"], "redy"]],
    at: "status.created",
    says: 'Did you mean "Ready"?',
  },
  {
    what: "a status for new pages that means closed",
    edits: [[["status", "created"], "Done"]],
    at: "status.created",
    says: "does not mean open",
  },
  {
    what: "a status for reopened pages that means none",
    edits: [[["status", "reopened"], "Backlog"]],
    at: "status.reopened",
    says: "does not mean open",
  },
  {
    what: "no title",
    edits: [
      [["fields", 0], { notion: "Name", github: "type" }],
      [["fields", 4], { notion: "Type", github: "project.Kind" }],
    ],
    at: "fields",
    says: "No field maps the title",
  },
  {
    what: "two titles",
    edits: [[["fields", 1, "github"], "title"]],
    at: "fields[1].github",
    says: "mapped already, by fields[0]",
  },
  {
    what: "a misspelt GitHub field",
    edits: [[["fields", 1, "github"], "label"]],
    at: "fields[1].github",
    says: 'Did you mean "labels"?',
  },
  {
    what: "a project field without its prefix",
    edits: [[["fields", 6, "github"], "Estimate"]],
    at: "fields[6].github",
    says: 'write "project.Estimate"',
  },
  { what: "the body as a field", edits: [[["fields", 1, "github"], "body"]], at: "fields[1].github", says: 'Use the key "body"' },
  {
    what: "a project field mapped twice, in another case",
    edits: [[["fields", 8, "github"], "project.estimate"]],
    at: "fields[8].github",
    says: "mapped already, by fields[6]",
  },
  {
    what: "the project's status as a field too",
    edits: [[["fields", 8, "github"], "project.Status"]],
    at: "fields[8].github",
    says: "by status.projectField",
  },
  {
    what: "a property mapped twice",
    edits: [[["fields", 8, "notion"], "Labels"]],
    at: "fields[8].notion",
    says: "in use already, by fields[1]",
  },
  {
    what: "the status as a field too",
    edits: [[["fields", 8, "notion"], "Status"]],
    at: "fields[8].notion",
    says: "by status.property",
  },
  {
    what: "one property for reference and failures",
    edits: [[["notion", "errorProperty"], "GitHub"]],
    at: "notion.errorProperty",
    says: "by notion.githubProperty",
  },
  {
    what: "a default property that is in use",
    edits: [
      [["notion", "githubProperty"], undefined],
      [["pullRequest", "branchProperty"], "GitHub"],
    ],
    at: "pullRequest.branchProperty",
    says: "by notion.githubProperty",
  },
  {
    what: "a project field without a project",
    edits: [...noProject, [["fields", 1], { notion: "Due", github: "project.Due" }]],
    at: "fields[1].github",
    says: "names no project",
  },
  {
    what: "a column without a project",
    edits: [...noProject, [values("Ready", "project"), "Todo"]],
    at: "status.values.Ready.project",
    says: "names no project",
  },
  {
    what: "a column's field without a project",
    edits: [...noProject, [["status", "projectField"], "Status"]],
    at: "status.projectField",
    says: "names no project",
  },
  {
    what: "a person without an address",
    edits: [[["people"], { ada: "ada" }]],
    at: "people (entry 1)",
    says: "neither an e-mail address nor",
  },
  {
    what: "a person twice",
    edits: [[["people"], { "ada@example.com": "ada", "ADA@example.com": "ada2" }]],
    at: "people (entry 2)",
    says: "twice",
  },
  {
    what: "a login with an @",
    edits: [[["people"], { "ada@example.com": "@ada" }]],
    at: "people (entry 1)",
    says: "Leave out the @",
  },
  { what: "a limit of nothing", edits: [[["limits"], { creates: 0 }]], at: "limits.creates", says: "whole number from 1 on" },
  {
    what: "a share of more than all",
    edits: [[["limits"], { removalsShare: 1.5 }]],
    at: "limits.removalsShare",
    says: "up to 1",
  },
  {
    what: "a pull request without a branch property",
    edits: [[["pullRequest"], {}]],
    at: "pullRequest.branchProperty",
    says: "missing",
  },
];

function problems(written: unknown): readonly string[] {
  const result = parseConfig(written, "f.json");
  return "problems" in result ? result.problems.map(formatProblem) : [];
}

describe("parseConfig refuses", () => {
  test.each(CASES)("$what", ({ edits, at, says }) => {
    const found = problems(demoWith(...edits));

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`f.json: mappings[0].${at}: `);
    expect(found[0]).toContain(says);
  });

  test.each([
    {
      what: "two mappings of one name, whatever the case",
      written: mappingsWith([], [[["name"], "Engineering"]]),
      at: "mappings[1].name",
      says: "name of mappings[0] too",
    },
    {
      what: "a previous name that is in use",
      written: mappingsWith(
        [],
        [
          [["name"], "b"],
          [["previousName"], "engineering"],
        ],
      ),
      at: "mappings[1].previousName",
      says: "present name of mappings[0]",
    },
    {
      what: "a previous name that is the name",
      written: demoWith([["previousName"], "engineering"]),
      at: "mappings[0].previousName",
      says: "present name of mappings[0]",
    },
    {
      what: "one previous name of two mappings",
      written: mappingsWith(
        [[["previousName"], "old"]],
        [
          [["name"], "b"],
          [["previousName"], "old"],
        ],
      ),
      at: "mappings[1].previousName",
      says: "mappings[0] takes over",
    },
  ])("$what", ({ written, at, says }) => {
    const found = problems(written);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`f.json: ${at}: `);
    expect(found[0]).toContain(says);
  });

  test("no mapping for the want of a project that is only written wrongly", () => {
    expect(problems(demoWith([["github", "project"], "acme/1"]))).toEqual([
      expect.stringContaining("mappings[0].github.project: Expected an object"),
    ]);
  });

  test("no mapping without a project, when nothing needs one", () => {
    expect(problems(demoWith(...noProject))).toEqual([]);
  });

  test("no login that GitHub allows", () => {
    const people = { "a@example.com": "octo-cat", "b@example.com": "octo_acme", "c@example.com": "dependabot[bot]" };

    expect(problems(demoWith([["people"], people]))).toEqual([]);
  });
});
