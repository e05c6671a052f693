import { describe, expect, test } from "vitest";
import { matchesFilter } from "../../notion/filter.ts";
import { routePage } from "../../notion/route.ts";
import { checkFilter } from "../../sync/filter-form.ts";
import { aMapping, anOption, aPage, aProperty, aText, coreProperties, DATA_SOURCE_ID } from "./builders.ts";

const NOW_MS = Date.parse("2026-03-11T12:00:00.000Z"); // a Wednesday
const ADA = "ada00000-0000-4000-8000-000000000001";
const OTHER = "0e000000-0000-4000-8000-000000000002";
const person = (id: string) => ({ object: "user" as const, id });

const PAGE = aPage({
  ...coreProperties(),
  Notes: aProperty("no%3At", { type: "rich_text", rich_text: [aText("Mend the Fence")] }),
  Empty: aProperty("em", { type: "rich_text", rich_text: [] }),
  Link: aProperty("li", { type: "url", url: "https://example.com/a" }),
  Mail: aProperty("ma", { type: "email", email: null }),
  Phone: aProperty("ph", { type: "phone_number", phone_number: "+49 1" }),
  Points: aProperty("po", { type: "number", number: 5 }),
  NoPoints: aProperty("np", { type: "number", number: null }),
  Key: aProperty("ke", { type: "unique_id", unique_id: { prefix: "T", number: 12 } }),
  Checked: aProperty("ch", { type: "checkbox", checkbox: true }),
  Team: aProperty("te", { type: "select", select: anOption("Web") }),
  NoTeam: aProperty("nt", { type: "select", select: null }),
  Tags: aProperty("ta", { type: "multi_select", multi_select: [anOption("bug"), anOption("ui")] }),
  Owner: aProperty("ow", { type: "people", people: [person(ADA)] }),
  Parent: aProperty("pa", { type: "relation", relation: [{ id: OTHER }] }),
  Due: aProperty("du", { type: "date", date: { start: "2026-03-10", end: "2026-03-20", time_zone: null } }),
  NoDue: aProperty("nd", { type: "date", date: null }),
  Files: aProperty("fi", { type: "files", files: [] }),
  Sum: aProperty("su", { type: "formula", formula: { type: "number", number: 7 } }),
  Word: aProperty("wo", { type: "formula", formula: { type: "string", string: "yes" } }),
  Flag: aProperty("fl", { type: "formula", formula: { type: "boolean", boolean: false } }),
  Total: aProperty("to", { type: "rollup", rollup: { type: "number", number: 3, function: "sum" } }),
  Names: aProperty("na", {
    type: "rollup",
    rollup: {
      type: "array",
      function: "show_original",
      array: [
        { type: "rich_text", rich_text: [aText("one")] },
        { type: "rich_text", rich_text: [aText("two")] },
      ],
    },
  }),
  Made: aProperty("md", { type: "created_time", created_time: "2026-01-01T10:00:00.000Z" }),
  By: aProperty("by", { type: "created_by", created_by: person(ADA) }),
});

const is = (property: string, type: string, operator: string, operand: unknown) => ({
  property,
  [type]: { [operator]: operand },
});

const FITTING: readonly Record<string, unknown>[] = [
  is("Name", "title", "equals", "fix the door"),
  is("Name", "rich_text", "starts_with", "Fix"),
  is("Notes", "rich_text", "contains", "fence"),
  is("Notes", "rich_text", "ends_with", "FENCE"),
  is("no:t", "rich_text", "does_not_contain", "wall"),
  is("Notes", "rich_text", "does_not_equal", "Mend"),
  is("Empty", "rich_text", "is_empty", true),
  is("Notes", "rich_text", "is_not_empty", true),
  is("Link", "url", "contains", "example"),
  is("Mail", "email", "is_empty", true),
  is("Phone", "phone_number", "starts_with", "+49"),
  is("Points", "number", "equals", 5),
  is("Points", "number", "does_not_equal", 4),
  is("Points", "number", "greater_than", 4),
  is("Points", "number", "less_than", 6),
  is("Points", "number", "greater_than_or_equal_to", 5),
  is("Points", "number", "less_than_or_equal_to", 5),
  is("NoPoints", "number", "is_empty", true),
  is("NoPoints", "number", "does_not_equal", 5),
  is("Key", "unique_id", "greater_than", 11),
  is("Checked", "checkbox", "equals", true),
  is("Checked", "checkbox", "does_not_equal", false),
  is("Team", "select", "equals", "Web"),
  is("Team", "select", "equals", ["Core", "Web"]),
  is("Team", "select", "does_not_equal", "Core"),
  is("NoTeam", "select", "does_not_equal", "Core"),
  is("NoTeam", "select", "is_empty", true),
  is("Status", "status", "equals", "Ready"),
  is("Tags", "multi_select", "contains", "ui"),
  is("Tags", "multi_select", "does_not_contain", "docs"),
  is("Owner", "people", "contains", ADA),
  is("Owner", "people", "does_not_contain", OTHER),
  is("By", "created_by", "contains", ADA.replaceAll("-", "")),
  is("Parent", "relation", "contains", OTHER),
  is("Files", "files", "is_empty", true),
  is("Due", "date", "equals", "2026-03-10"),
  is("Due", "date", "before", "2026-03-11"),
  is("Due", "date", "after", "2026-03-09"),
  is("Due", "date", "on_or_before", "yesterday"),
  is("Due", "date", "on_or_after", "one_week_ago"),
  is("Due", "date", "this_week", {}),
  is("Due", "date", "past_week", {}),
  is("Due", "date", "past_month", {}),
  is("Due", "date", "past_year", {}),
  is("NoDue", "date", "is_empty", true),
  is("Made", "created_time", "before", "2026-02-01"),
  { property: "Sum", formula: { number: { greater_than: 6 } } },
  { property: "Word", formula: { string: { equals: "yes" } } },
  { property: "Flag", formula: { checkbox: { equals: false } } },
  { property: "Total", rollup: { number: { equals: 3 } } },
  { property: "Names", rollup: { any: { rich_text: { equals: "two" } } } },
  { property: "Names", rollup: { every: { rich_text: { contains: "o" } } } },
  { property: "Names", rollup: { none: { rich_text: { equals: "three" } } } },
  { timestamp: "created_time", created_time: { on_or_before: "2026-01-01" } },
  { timestamp: "last_edited_time", last_edited_time: { past_year: {} } },
  { and: [is("Team", "select", "equals", "Web"), is("Points", "number", "equals", 5)] },
  {
    or: [
      is("Team", "select", "equals", "Core"),
      { and: [is("Team", "select", "equals", "Web"), is("Checked", "checkbox", "equals", true)] },
    ],
  },
];

const LEFT_OUT: readonly Record<string, unknown>[] = [
  is("Team", "select", "equals", "web"),
  is("NoTeam", "select", "equals", "Web"),
  is("Points", "number", "equals", 6),
  is("NoPoints", "number", "less_than", 9),
  is("Due", "date", "next_week", {}),
  is("Due", "date", "next_month", {}),
  is("Due", "date", "next_year", {}),
  is("Due", "date", "equals", "today"),
  is("NoDue", "date", "before", "tomorrow"),
  is("Owner", "people", "is_empty", true),
  { property: "Names", rollup: { every: { rich_text: { equals: "one" } } } },
  { and: [is("Team", "select", "equals", "Web"), is("Points", "number", "equals", 6)] },
  { or: [is("Team", "select", "equals", "Core"), is("Points", "number", "equals", 6)] },
  // What does not fit decides, whatever cannot be judged beside it.
  { and: [is("Team", "select", "equals", "Core"), is("Missing", "select", "equals", "x")] },
];

const UNCLEAR: readonly (readonly [string, Record<string, unknown>])[] = [
  ["Missing", is("Missing", "select", "equals", "x")],
  ["multi_select", is("Team", "multi_select", "contains", "Web")],
  ["formula", { property: "Sum", formula: { string: { equals: "7" } } }],
  ["rollup", { property: "Total", rollup: { date: { is_empty: true } } }],
  ["Missing", { or: [is("Team", "select", "equals", "Core"), is("Missing", "select", "equals", "x")] }],
];

describe("Notion's filters", () => {
  test.each(FITTING.map((filter) => [JSON.stringify(filter), filter] as const))("take the page: %s", (_, filter) => {
    expect(checkFilter(filter)).toEqual([]);
    expect(matchesFilter(PAGE, filter, NOW_MS)).toBe(true);
  });

  test.each(LEFT_OUT.map((filter) => [JSON.stringify(filter), filter] as const))("leave the page out: %s", (_, filter) => {
    expect(checkFilter(filter)).toEqual([]);
    expect(matchesFilter(PAGE, filter, NOW_MS)).toBe(false);
  });

  test.each(UNCLEAR)("say why they cannot be judged: %s", (name, filter) => {
    const verdict = matchesFilter(PAGE, filter, NOW_MS);
    expect(verdict).toMatchObject({ reason: expect.stringContaining(name) as string });
    expect(verdict).toMatchObject({ remedy: expect.stringContaining("notion.filter") as string });
  });

  test("an operator that slipped past the start is no match and no silence", () => {
    const filter = is("Team", "select", "sounds_like", "Web");
    expect(matchesFilter(PAGE, filter, NOW_MS)).toMatchObject({ reason: expect.stringContaining("sounds_like") as string });
  });

  test("who is not among the first 25 of many may be behind them", () => {
    const people = Array.from({ length: 25 }, () => person(OTHER));
    const crowded = aPage({ Owner: aProperty("ow", { type: "people", people }) });
    expect(matchesFilter(crowded, is("Owner", "people", "contains", ADA), NOW_MS)).toMatchObject({
      reason: expect.any(String) as string,
    });
    expect(matchesFilter(crowded, is("Owner", "people", "contains", OTHER), NOW_MS)).toBe(true);
  });
});

describe("faults of a filter", () => {
  const FAULTY: readonly (readonly [string, unknown, string])[] = [
    ["an unknown operator", is("Team", "select", "sounds_like", "Web"), "select.sounds_like"],
    ["an operator of another type", is("Team", "select", "greater_than", 1), "select.greater_than"],
    ["an unknown type", is("Team", "choice", "equals", "Web"), "choice"],
    ["an operand of another kind", is("Points", "number", "equals", "5"), "number.equals"],
    ["emptiness that is false", is("Team", "select", "is_empty", false), "select.is_empty"],
    ["a date that is none", is("Due", "date", "before", "soon"), "date.before"],
    ["whoever asks", is("Owner", "people", "contains", "me"), "people.contains"],
    ["two operators", { property: "Points", number: { greater_than: 1, less_than: 9 } }, "number"],
    ["no property", { select: { equals: "Web" } }, "property"],
    ["two types", { property: "Team", select: { equals: "Web" }, status: { equals: "Web" } }, ""],
    ["an unknown timestamp", { timestamp: "opened_time", opened_time: { past_week: {} } }, "timestamp"],
    ["an empty group", { and: [] }, "and"],
    ["something beside a group", { and: [is("Team", "select", "equals", "Web")], or: [] }, ""],
    ["a third level", { and: [{ or: [{ and: [is("Team", "select", "equals", "Web")] }] }] }, "and.0.or.0"],
    ["a formula of an unknown result", { property: "Sum", formula: { people: { is_empty: true } } }, "formula"],
    ["a text", "Team = Web", ""],
  ];

  test.each(FAULTY)("%s is named at its place", (_, filter, path) => {
    const [fault, ...others] = checkFilter(filter);
    expect(others).toEqual([]);
    expect(fault?.path.join(".")).toBe(path);
    expect(fault?.fix).not.toBe("");
  });
});

describe("a page without a link", () => {
  const [base] = [aMapping()];
  const of = (name: string, team: string | null, dataSourceId = DATA_SOURCE_ID) => ({
    ...base,
    name,
    notion: { ...base.notion, dataSourceId, filter: team === null ? null : is("Team", "select", "equals", team) },
  });

  test("belongs to the first mapping of its data source that it matches", () => {
    const readAt = new Date(NOW_MS).toISOString();
    const elsewhere = of("elsewhere", null, "98024f3c-b1d3-4aec-a301-f01e0dacf024");
    expect(routePage(PAGE, [elsewhere, of("core", "Core"), of("web", "Web"), of("all", null)], readAt)?.name).toBe("web");
    expect(routePage(PAGE, [of("all", null), of("web", "Web")], readAt)?.name).toBe("all");
    expect(routePage(PAGE, [elsewhere, of("core", "Core")], readAt)).toBeUndefined();
  });
});
