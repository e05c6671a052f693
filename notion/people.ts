import type { FieldProblem } from "../sync/model.ts";
import { toPersonName } from "./property-value.ts";
import type { PropertyValue } from "./schema.ts";

type Person = Extract<PropertyValue, { type: "people" }>["people"][number];

/** The GitHub logins of people, and who has none. */
export interface Logins {
  readonly logins: readonly string[];
  readonly problems: readonly FieldProblem[];
}

/**
 * Finds the GitHub login of each person by the mapping's table, by e-mail address or Notion user id.
 *
 * @remarks A person who is not in the table is named by the name that Notion shows, never by the address.
 */
export function toLogins(people: readonly Person[], table: Readonly<Record<string, string>>): Logins {
  const byKey = new Map(Object.entries(table).map(([key, login]) => [key.toLowerCase(), login]));
  const logins: string[] = [];
  const unknown: string[] = [];
  for (const person of people) {
    const login = byKey.get(toPersonName(person)) ?? byKey.get(person.id) ?? byKey.get(person.id.replaceAll("-", ""));
    if (login !== undefined) logins.push(login);
    else unknown.push("name" in person && person.name ? person.name : person.id);
  }
  return { logins: [...new Set(logins)].sort(), problems: unknown.length > 0 ? [unmapped(unknown)] : [] };
}

function unmapped(names: readonly string[]): FieldProblem {
  const list = names.map((name) => `"${name}"`).join(", ");
  return {
    field: "assignees",
    code: "person_unmapped",
    reason: `No GitHub login is known for ${list}.`,
    remedy: `Add ${names.length === 1 ? "this person" : "them"} to "people" in the mapping, by e-mail address or Notion user id.`,
  };
}
