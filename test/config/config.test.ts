import { describe, expect, test } from "vitest";
import { parseConfig } from "../../config/config.ts";
import { ConfigError, formatProblem } from "../../config/problem.ts";
import type { Mapping } from "../../sync/mapping.ts";
import { demoText, demoWith, mappingsWith } from "./written.ts";

const MINIMAL = {
  mappings: [
    {
      name: "m",
      notion: { dataSourceId: "1F0DE70A00004000800000000000" + "50C5" },
      github: { repository: "acme/widgets" },
      status: { values: { Ready: { item: "open" }, Done: { item: "closed" } } },
      fields: [{ notion: "Name", github: "title" }],
    },
  ],
};

function parsed(written: unknown): readonly Mapping[] {
  const result = parseConfig(written, "sync.config.json");
  if ("problems" in result) throw new ConfigError(result.problems);
  return result.config.mappings;
}

function problems(written: unknown): readonly string[] {
  const result = parseConfig(written, "f.json");
  return "problems" in result ? result.problems.map(formatProblem) : [];
}

describe("parseConfig, given a right file", () => {
  test("takes the demo as it is written", () => {
    const [mapping] = parsed(JSON.parse(demoText));

    expect(mapping).toMatchObject({
      name: "engineering",
      notion: { githubProperty: "GitHub", errorProperty: "Sync", filter: null, createPages: "issues" },
      github: { repository: "acme/widgets", project: { owner: "acme", number: 1 } },
      pullRequest: { branchProperty: "Branch", base: "main", draft: false, mergeMethod: "squash", mergeUnstable: false },
      people: { "ada@example.com": "ada" },
      body: "toGithub",
      comments: "both",
    });
    expect(mapping?.fields).toHaveLength(9);
    expect(mapping?.fields[1]).toEqual({ notion: "Labels", github: "labels", direction: "both", conflict: "notion" });
  });

  test("keeps the statuses in the order of the file", () => {
    expect(parsed(JSON.parse(demoText))[0]?.status.values.map(({ name }) => name)).toEqual([
      "Backlog",
      "Ready",
      "In Progress",
      "Done",
      "Won't do",
    ]);
  });

  test("fills in every default, and makes or publishes nothing that was not asked for", () => {
    expect(parsed(MINIMAL)).toEqual([
      {
        name: "m",
        previousName: null,
        notion: {
          dataSourceId: "1f0de70a-0000-4000-8000-0000000050c5",
          githubProperty: "GitHub",
          errorProperty: null,
          filter: null,
          createPages: "none",
        },
        github: { repository: "acme/widgets", repositoryProperty: null, project: null, filter: null },
        status: {
          property: "Status",
          projectField: "Status",
          direction: "both",
          conflict: "notion",
          values: [
            { name: "Ready", value: { item: "open", reason: "completed", pullRequest: null, project: null, draft: null } },
            { name: "Done", value: { item: "closed", reason: "completed", pullRequest: null, project: null, draft: null } },
          ],
          created: null,
          reopened: null,
        },
        pullRequest: null,
        fields: [{ notion: "Name", github: "title", direction: "both", conflict: "notion" }],
        people: {},
        body: "off",
        comments: "off",
        onTrash: "detach",
        onDelete: "detach",
        createOptions: false,
        createLabels: false,
        mentions: false,
        limits: { creates: 50, merges: 5, removals: 5, removalsShare: 0.25, changedMapping: 50 },
      },
    ]);
  });

  test("fills in the parts of a filter and of the limits that are left out", () => {
    const [mapping] = parsed(demoWith([["github", "filter"], { types: ["Bug"] }], [["limits"], { merges: 1 }]));

    expect(mapping?.github.filter).toEqual({ labels: { any: [], none: [] }, authorsNot: [], types: ["Bug"] });
    expect(mapping?.limits).toEqual({ creates: 50, merges: 1, removals: 5, removalsShare: 0.25, changedMapping: 50 });
  });

  test("compares people in lowercase and by dashed id", () => {
    const [mapping] = parsed(demoWith([["people"], { "Ada@Example.com": "ada", ADA00000000040008000000000000001: "ada" }]));

    expect(mapping?.people).toEqual({ "ada@example.com": "ada", "ada00000-0000-4000-8000-000000000001": "ada" });
  });

  test("lets a property choose the repository and be a mapped field too", () => {
    const property = { property: "Type", values: { Web: "acme/web" } };

    expect(parsed(demoWith([["github", "repositoryProperty"], property]))[0]?.github.repositoryProperty).toEqual(property);
  });
});

describe("parseConfig, given a wrong file", () => {
  test.each([
    { what: "nothing", written: undefined, says: "f.json: This key is missing" },
    { what: "null", written: null, says: "f.json: Expected an object, found null" },
    { what: "a list", written: [], says: "f.json: Expected an object, found a list" },
    { what: "an empty object", written: {}, says: "f.json: mappings: This key is missing" },
    { what: "no mapping", written: { mappings: [] }, says: "f.json: mappings: The list is empty" },
    { what: "a mapping that is a text", written: { mappings: ["x"] }, says: "f.json: mappings[0]: Expected an object" },
  ])("tells $what from a configuration", ({ written, says }) => {
    const found = problems(written);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
  });

  test("tells every fault at once, those of the schema and those across keys, each with path and fix", () => {
    const result = parseConfig(
      demoWith(
        [["titel"], "x"],
        [["notion", "dataSourceId"], "abc"],
        [["github", "project", "number"], 0],
        [["status", "values", "Ready", "reason"], "completed"],
        [["status", "values", "In Progress", "item"], "opn"],
        [["fields", 1, "github"], "title"],
        [["fields", 2, "notion"], "Name"],
        [["limits"], { merges: -1 }],
      ),
      "sync.config.json",
    );
    const found = "problems" in result ? result.problems : [];

    expect(found.map(({ path }) => path).toSorted()).toEqual(
      [
        "sync.config.json: mappings[0].titel",
        "sync.config.json: mappings[0].notion.dataSourceId",
        "sync.config.json: mappings[0].github.project.number",
        "sync.config.json: mappings[0].status.values.Ready.reason",
        'sync.config.json: mappings[0].status.values["In Progress"].item',
        "sync.config.json: mappings[0].fields[1].github",
        "sync.config.json: mappings[0].fields[2].notion",
        "sync.config.json: mappings[0].limits.merges",
      ].toSorted(),
    );
    for (const { reason, fix } of found) expect([reason.length, fix.length].every((length) => length > 5)).toBe(true);
  });

  test("tells the faults of one mapping together, in the order of the mappings", () => {
    const paths = problems(
      mappingsWith(
        [
          [["name"], "a"],
          [["body"], 1],
          [
            ["fields"],
            [
              { notion: "Name", github: "title" },
              { notion: "Name", github: "labels" },
            ],
          ],
        ],
        [
          [["name"], "b"],
          [["body"], 2],
        ],
      ),
    );

    expect(paths.map((line) => /mappings\[\d]\.\w+/.exec(line)?.[0])).toEqual([
      "mappings[0].body",
      "mappings[0].fields",
      "mappings[1].body",
    ]);
  });

  test("counts people instead of naming them, so that no e-mail address reaches a log", () => {
    const found = problems(demoWith([["people"], { "ada@example.com": "ada", "grace@example.com": 7 }]));

    expect(found).toEqual([expect.stringContaining("mappings[0].people (entry 2)")]);
    expect(found.join()).not.toContain("grace@");
  });
});
