// The workspace that the simulator starts with; its ids are fixed, so that the demo's mapping file can name them.
import type { AppendBlockChildrenParameters, CreatePageParameters } from "@notionhq/client";
import { toSeedUuid } from "./ids.ts";
import type { StoredValue } from "./model.ts";

/** The token of the product's connection: it acts as the bot. */
export const DEMO_TOKEN = "ntn_demo_product";
/** The database that holds the demo's data source. */
export const DEMO_DATABASE_ID = "1f0de70a-0000-4000-8000-00000000da7a";
/** The data source "Engineering tasks". */
export const DEMO_DATA_SOURCE_ID = "1f0de70a-0000-4000-8000-0000000050c5";
/** The bot of the product's connection. */
export const DEMO_BOT_ID = "b0700000-0000-4000-8000-000000000001";
/** Ada Lovelace, who acts with every token that nobody else has. */
export const DEMO_ADA_ID = "ada00000-0000-4000-8000-000000000001";
/** Grace Hopper, who acts with `person:grace`. */
export const DEMO_GRACE_ID = "9face000-0000-4000-8000-000000000002";

/** A user of the workspace. The first bot is the connection's own. */
export interface SeedUser {
  readonly id: string;
  readonly name: string;
  readonly type: "person" | "bot";
  readonly email?: string;
  /** Tokens that act as this user. */
  readonly tokens?: readonly string[];
}

/** A property of a data source. */
export interface SeedProperty {
  readonly name: string;
  /** Encoded for URLs, as Notion gives it; default: made from the place in the list. The title's is always `title`. */
  readonly id?: string;
  readonly type:
    | "title"
    | "rich_text"
    | "number"
    | "select"
    | "multi_select"
    | "status"
    | "people"
    | "date"
    | "relation"
    | "url"
    | "email"
    | "phone_number"
    | "checkbox"
    | "files"
    | "unique_id"
    | "formula"
    | "created_time"
    | "created_by"
    | "last_edited_time"
    | "last_edited_by";
  /** Of a select or multi-select: names. Of a status: names by group. */
  readonly options?: readonly string[] | Readonly<Partial<Record<"To-do" | "In progress" | "Complete", readonly string[]>>>;
  /** Of a relation; default: the data source itself. */
  readonly dataSourceId?: string;
  /** Of a unique id. */
  readonly prefix?: string;
}

/** A data source in a database of its own. */
export interface SeedDataSource {
  readonly id: string;
  readonly databaseId: string;
  readonly title: string;
  readonly properties: readonly SeedProperty[];
}

/** A page of a data source. */
export interface SeedPage {
  /** Default: made from the place in the list. */
  readonly id?: string;
  readonly dataSourceId: string;
  /** As in a request that creates a page. A status that is left out is empty. */
  readonly properties: NonNullable<CreatePageParameters["properties"]>;
  /** Results of formulas by property name, which the simulator does not work out. */
  readonly formulas?: Readonly<Record<string, Extract<StoredValue, { type: "formula" }>["formula"]>>;
  readonly children?: AppendBlockChildrenParameters["children"];
  /** ISO-8601 UTC; default 2025-12-01T09:00:00Z. */
  readonly createdAt?: string;
  /** ISO-8601 UTC; default `createdAt`. */
  readonly editedAt?: string;
  /** Id of a user; default: the first person. */
  readonly createdBy?: string;
  readonly inTrash?: boolean;
}

/** A whole workspace. */
export interface NotionSeed {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly users: readonly SeedUser[];
  readonly dataSources: readonly SeedDataSource[];
  readonly pages: readonly SeedPage[];
}

/** The id of the `index`th page (from 0) of a seed whose pages have no ids. */
export function toSeedPageId(index: number): string {
  return toSeedUuid("9a6e", index);
}

/** The properties that the demo's mapping file names. */
export const DEMO_PROPERTIES: readonly SeedProperty[] = [
  { name: "Name", type: "title" },
  {
    name: "Status",
    id: "stat",
    type: "status",
    options: { "To-do": ["Backlog", "Ready"], "In progress": ["In Progress"], Complete: ["Done", "Won't do"] },
  },
  { name: "GitHub", id: "G%40hb", type: "rich_text" },
  { name: "Sync", id: "Sy%3Ac", type: "rich_text" },
  {
    name: "Labels",
    id: "l%5BbL",
    type: "multi_select",
    options: ["bug", "documentation", "enhancement", "good first issue", "question"],
  },
  { name: "Owner", id: "ownr", type: "people" },
  { name: "Milestone", id: "mile", type: "select", options: ["v1.0", "v1.1"] },
  { name: "Type", id: "ty%7Ce", type: "select", options: ["Bug", "Feature", "Task"] },
  { name: "Parent", id: "prnt", type: "relation" },
  { name: "Estimate", id: "es%3Dt", type: "number" },
  { name: "Sprint", id: "sprt", type: "select", options: ["Sprint 1", "Sprint 2", "Sprint 3"] },
  { name: "Due", id: "due_", type: "date" },
  { name: "Branch", id: "brch", type: "rich_text" },
];

const title = (content: string): { title: { text: { content: string } }[] } => ({ title: [{ text: { content } }] });

/** Titles are demo text; nothing syncs until somebody moves a page. */
const PAGES: readonly NonNullable<CreatePageParameters["properties"]>[] = [
  {
    Name: title("Welcome page loses the chosen language"),
    Status: { status: { name: "Backlog" } },
    Labels: { multi_select: [{ name: "bug" }] },
    Owner: { people: [{ id: DEMO_ADA_ID }] },
    Type: { select: { name: "Bug" } },
    Estimate: { number: 3 },
  },
  {
    Name: title("Export invoices as CSV"),
    Status: { status: { name: "Backlog" } },
    Labels: { multi_select: [{ name: "enhancement" }] },
    Milestone: { select: { name: "v1.0" } },
    Type: { select: { name: "Feature" } },
    Estimate: { number: 5 },
    Due: { date: { start: "2026-03-31" } },
  },
  {
    Name: title("Choose the columns of the export"),
    Status: { status: { name: "Backlog" } },
    Parent: { relation: [{ id: toSeedPageId(1) }] },
    Type: { select: { name: "Task" } },
    Estimate: { number: 2 },
  },
  {
    Name: title("Search is slow for long customer names"),
    Status: { status: { name: "Backlog" } },
    Labels: { multi_select: [{ name: "bug" }, { name: "good first issue" }] },
    Owner: { people: [{ id: DEMO_GRACE_ID }] },
    Sprint: { select: { name: "Sprint 1" } },
  },
  {
    Name: title("Describe the backup and how to restore it"),
    Status: { status: { name: "Backlog" } },
    Labels: { multi_select: [{ name: "documentation" }] },
    Milestone: { select: { name: "v1.1" } },
  },
  { Name: title("Sign in with a passkey"), Status: { status: { name: "Backlog" } }, Type: { select: { name: "Feature" } } },
  { Name: title("Round totals the way the tax office does"), Estimate: { number: 1 } },
  { Name: title("Ideas for the spring release") },
];

/** The demo workspace: one data source, "Engineering tasks", with eight pages. */
export const DEMO_SEED: NotionSeed = {
  workspace: { id: "3a5b0000-0000-4000-8000-00000000beef", name: "Analytical Engines" },
  users: [
    { id: DEMO_BOT_ID, name: "Notion Sync", type: "bot", tokens: [DEMO_TOKEN] },
    { id: DEMO_ADA_ID, name: "Ada Lovelace", type: "person", email: "ada@example.com" },
    { id: DEMO_GRACE_ID, name: "Grace Hopper", type: "person", email: "grace@example.com" },
  ],
  dataSources: [
    { id: DEMO_DATA_SOURCE_ID, databaseId: DEMO_DATABASE_ID, title: "Engineering tasks", properties: DEMO_PROPERTIES },
  ],
  pages: PAGES.map((properties) => ({ dataSourceId: DEMO_DATA_SOURCE_ID, properties })),
};
