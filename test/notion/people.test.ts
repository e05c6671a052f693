import { expect, test } from "vitest";
import { toLogins } from "../../notion/people.ts";

const ada = {
  object: "user",
  id: "ada00000-0000-4000-8000-000000000001",
  type: "person",
  name: "Ada",
  avatar_url: null,
  person: { email: "Ada@Example.com" },
} as const;
const grace = {
  object: "user",
  id: "9face000-0000-4000-8000-000000000002",
  type: "person",
  name: "Grace",
  avatar_url: null,
  person: {},
} as const;
const guest = { object: "user", id: "00e50000-0000-4000-8000-000000000003" } as const;

test.each([
  { table: { "ada@example.com": "ada" }, people: [ada], logins: ["ada"] },
  { table: { "ADA@example.com": "ada" }, people: [ada], logins: ["ada"] },
  { table: { "9face000-0000-4000-8000-000000000002": "grace" }, people: [grace], logins: ["grace"] },
  { table: { "9face000000040008000000000000002": "grace" }, people: [grace], logins: ["grace"] },
  { table: { "ada@example.com": "x", "9face000-0000-4000-8000-000000000002": "x" }, people: [ada, grace], logins: ["x"] },
])("finds people by address or id: $table", ({ table, people, logins }) => {
  expect(toLogins(people, table)).toEqual({ logins, problems: [] });
});

test("names who has no login, by name and never by address", () => {
  const { logins, problems } = toLogins([ada, grace, guest], { "9face000-0000-4000-8000-000000000002": "grace" });

  expect(logins).toEqual(["grace"]);
  expect(problems).toMatchObject([{ field: "assignees", code: "person_unmapped" }]);
  expect(problems[0]?.reason).toBe('No GitHub login is known for "Ada", "00e50000-0000-4000-8000-000000000003".');
});
