// The forms of the names and ids that the mapping file holds.
import type { Form } from "./schema-parts.ts";

/** Part of an instance id (`sync-<name>`, at most 100 characters), of table keys and of routes: no character that any of them forbids. */
export const mappingName: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/,
  expected: "a name of at most 60 letters, digits, - and _, a letter or digit first",
  fix: 'Choose a short name such as "engineering"; it is stored with every link, so use `previousName` when you change it later.',
};

/** 32 hexadecimal digits, with or without the dashes of a UUID. */
export const dataSourceId: Form = {
  pattern: /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/,
  expected: "the id of a data source (32 hexadecimal digits, with or without dashes)",
  fix: (value) =>
    /^https?:|notion\.(so|site|com)\//i.test(value)
      ? "This is a Notion URL, and the id in a database's URL is the database's, not the data source's. " +
        "In Notion open the database's settings, Manage data sources, … next to the source, Copy data source ID."
      : "In Notion open the database's settings, Manage data sources, … next to the source, Copy data source ID.",
};

/** `owner/name` as GitHub allows it. */
export const repository: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*\/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/,
  expected: "a repository as owner/name",
  fix: (value) => {
    const found =
      /^(?:https?:\/\/|git@)[^/:]+[/:]([^/]+\/[^/?#]+?)(?:\.git)?(?:[/?#].*)?$/.exec(value)?.[1] ??
      /^([^/]+\/[^/]+)\.git$/.exec(value)?.[1];
    return found === undefined ? 'Write it as in the address bar, without the host: "acme/widgets".' : `Write "${found}".`;
  },
};

/** The login of a person or an organization; underscores occur in managed accounts. */
export const login: Form = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\[bot\])?$/,
  expected: "a GitHub login",
  fix: (value) => (value.startsWith("@") ? "Leave out the @." : "Write the login as in https://github.com/<login>."),
};

/** GitHub fields that a property may meet, besides those of the project. */
export const GITHUB_FIELDS = ["title", "labels", "assignees", "milestone", "type", "parent"] as const;

/** Puts the dashes where Notion has them, in lowercase. */
export function toUuid(id: string): string {
  return id
    .toLowerCase()
    .replaceAll("-", "")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The form in which a person's e-mail address or Notion user id is compared. */
export function toPerson(person: string): string {
  return person.includes("@") ? person.toLowerCase() : toUuid(person);
}
