// Edits of pages and issues by people, one at a time: where, what and to which value the dice say.
import { DEMO_ADA_ID } from "../../local/notion-api/seed.ts";
import { FIELD_NAMES, isSame, projectFields } from "./board-seen.ts";
import type { FieldName, ItemSeen, Seen } from "./board-seen.ts";
import { date, names, people, select } from "./feature-board.ts";
import { happens, nameOf, pairsSeen, pick } from "./random-day.ts";
import type { Day, PairSeen } from "./random-day.ts";
import type { Board, WantedName } from "./wanted.ts";

const AGREED_AGO_MS = 120_000; // ms; what agrees for so long is no write on its way any more
const LABELS = ["bug", "documentation", "enhancement", "question", "good first issue"];
const CHOICES: Readonly<Record<Exclude<FieldName, "title" | "labels" | "assignees">, readonly (string | number | null)[]>> = {
  milestone: ["v1.0", "v1.1", null],
  type: ["Bug", "Feature", "Task", null],
  "project.Estimate": [1, 2, 3, 5, 8, 0, 2.5, null],
  "project.Iteration": ["Sprint 1", "Sprint 2", "Sprint 3", null],
  "project.Due": ["2026-12-01", "2026-12-24", "2027-02-28", null],
};
const STATUSES = ["Backlog", "Ready", "In Progress", "Done", "Won't do"];

/** Makes a page, most often one that is to become an issue. */
export async function makePage(day: Day): Promise<void> {
  const { world, random } = day;
  const status = pick(random, ["Backlog", "Ready", "Ready", "Ready", "In Progress", "In Progress", "Done", "Won't do"]);
  const title = newTitle(day);
  const pageId = await world.person.createPage({ title, status });
  day.made.push(pageId);
  if (isOpening(status)) day.asked.add(pageId);
  day.note(`makes page ${pageId.slice(-4)} "${title}" in ${status}`);
  const page = pairsSeen(day).find((pair) => pair.page.id === pageId)?.page;
  if (page) wish(day, { page, item: undefined }, "notion", "status", null, status);
  if (page && happens(random, 0.7)) await editPage(day, { page, item: undefined });
}

/** Edits one or several properties of a page in one request. */
export async function editPage(day: Day, pair: PairSeen): Promise<void> {
  const { random } = day;
  const properties: Record<string, unknown> = {};
  const count = happens(random, 0.3) ? 3 : 1;
  for (let n = 0; n < count; n += 1) {
    const field = pick(random, Object.keys(FIELD_NAMES) as FieldName[]);
    if (FIELD_NAMES[field] in properties) continue;
    const before = pair.page.fields[field];
    const value = chooseValue(day, field, before, LABELS);
    properties[FIELD_NAMES[field]] = toProperty(field, value);
    wish(day, pair, "notion", field, before, value);
  }
  day.note(`page ${nameOf(pair.page)}: ${JSON.stringify(properties)}`);
  await day.world.person.setPage(pair.page.id, properties);
}

/** Moves a page to another status. */
export async function movePage(day: Day, pair: PairSeen): Promise<void> {
  const status = pick(day.random, STATUSES);
  if (isOpening(status)) day.asked.add(pair.page.id);
  if (status === "Done") day.askedToMerge.add(pair.page.id);
  wish(day, pair, "notion", "status", pair.page.status, status);
  day.note(`page ${nameOf(pair.page)}: status ${status}`);
  await day.world.person.setStatus(pair.page.id, status);
}

/** Edits one field of an item on GitHub. */
export async function editItem(day: Day, pair: PairSeen): Promise<void> {
  const { item } = pair;
  if (!item) return;
  const fields = (Object.keys(FIELD_NAMES) as FieldName[]).filter((field) => item.kind === "issue" || field !== "type");
  const field = pick(day.random, fields);
  const place = item.places[0];
  if (field.startsWith("project.") && (!place || place.isArchived)) return;
  const before = item.fields[field];
  const value = chooseValue(day, field, before, LABELS);
  wish(day, pair, "github", field, before, value);
  day.note(`item ${item.name}: ${field} = ${JSON.stringify(value)}`);
  if (field.startsWith("project.")) await setProjectValue(day, item, field.slice("project.".length), value);
  else await setItemField(day, item, field, value);
}

const CLOSE = `mutation ($id: ID!, $reason: IssueClosedStateReason) {
  closeIssue(input: { issueId: $id, stateReason: $reason }) { clientMutationId } }`;
const REOPEN = "mutation ($id: ID!) { reopenIssue(input: { issueId: $id }) { clientMutationId } }";

/** Closes or reopens an issue. */
export async function closeOrReopen(day: Day, pair: PairSeen): Promise<void> {
  const { item } = pair;
  if (item?.kind !== "issue") return;
  const before = `${item.state} ${item.reason ?? ""}`;
  const reason = pick(day.random, ["COMPLETED", "NOT_PLANNED"]);
  const isClosing = item.state === "OPEN";
  wish(day, pair, "github", "status", before, isClosing ? `CLOSED ${reason}` : "OPEN");
  day.note(`item ${item.name}: ${isClosing ? `closed as ${reason}` : "reopened"}`);
  await day.world.person.github(isClosing ? CLOSE : REOPEN, isClosing ? { id: item.id, reason } : { id: item.id });
}

/** Moves the card of an item to another column. */
export async function moveCard(day: Day, pair: PairSeen): Promise<void> {
  const { item } = pair;
  if (!item?.places[0] || item.places[0].isArchived) return;
  const column = pick(day.random, ["Todo", "In Progress", "Done"]);
  if (column === item.column) return;
  wish(day, pair, "github", "status", item.column, `column ${column}`);
  day.note(`item ${item.name}: card to ${column}`);
  await setProjectValue(day, item, "Status", column);
}

/** A stranger opens an issue, which has nothing to do with any page. */
export async function openStranger(day: Day): Promise<void> {
  const repositoryId = day.world.github.store.findRepository("acme", "widgets")?.id;
  const document = `mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { id number } } }`;
  const input = { repositoryId, title: newTitle(day), body: "By hand." };
  const { createIssue } = await day.world.person.github<{ createIssue: { issue: { id: string; number: number } } }>(document, {
    input,
  });
  day.strangers.add(createIssue.issue.id);
  day.note(`opens issue #${createIssue.issue.number} by hand`);
}

/** Whether a page in this status gets an item. */
export function isOpening(status: string | null): boolean {
  return status === "Ready" || status === "In Progress";
}

export function newTitle(day: Day): string {
  day.titles += 1;
  return `Task ${day.titles}`;
}

export function wish(day: Day, { page, item }: PairSeen, board: Board, field: WantedName, before: Seen, value: Seen): void {
  const earlier = day.wanted.of(page.id, field).at(-1);
  const isOld = !earlier || day.world.now() - earlier.atMs > AGREED_AGO_MS;
  const agrees = item !== undefined && field !== "status" && field !== "body" && isSame(page.fields[field], item.fields[field]);
  day.wanted.add(page.id, { atMs: day.world.now(), board, field, before, value, onAgreement: isOld && agrees });
}

function chooseValue(day: Day, field: FieldName, before: Seen, labels: readonly string[]): Seen {
  const { random } = day;
  switch (field) {
    case "title":
      return newTitle(day);
    case "labels": {
      const name = pick(random, labels);
      const held = before as readonly string[];
      return (held.includes(name) ? held.filter((other) => other !== name) : [...held, name]).toSorted();
    }
    case "assignees":
      return (before as readonly string[]).includes("ada") ? [] : ["ada"];
    default:
      return pick(random, CHOICES[field]);
  }
}

function toProperty(field: FieldName, value: Seen): unknown {
  switch (field) {
    case "title":
      return { title: [{ text: { content: value } }] };
    case "labels":
      return names(...(value as readonly string[]));
    case "assignees":
      return people(...(value as readonly string[]).map(() => DEMO_ADA_ID));
    case "project.Estimate":
      return { number: value };
    case "project.Due":
      return date(value as string | null);
    default:
      return select(value as string | null);
  }
}

async function setItemField(day: Day, item: ItemSeen, field: FieldName, value: Seen): Promise<void> {
  const { person, github } = day.world;
  const nodes = github.store.nodes();
  const idOf = (type: "Label" | "User" | "Milestone" | "IssueType", name: string): string =>
    nodes.find(
      (node) => node.__typename === type && [nameIn(node, "name"), nameIn(node, "login"), nameIn(node, "title")].includes(name),
    )?.id ?? "";
  const idsOf = (type: "Label" | "User"): readonly string[] => (value as readonly string[]).map((name) => idOf(type, name));
  const input = ((): Readonly<Record<string, unknown>> => {
    switch (field) {
      case "title":
        return { title: value };
      case "labels":
        return { labelIds: idsOf("Label") };
      case "assignees":
        return { assigneeIds: idsOf("User") };
      case "milestone":
        return { milestoneId: value === null ? null : idOf("Milestone", value as string) };
      default:
        return { issueTypeId: value === null ? null : idOf("IssueType", value as string) };
    }
  })();
  const [document, key] =
    item.kind === "issue"
      ? ["mutation ($input: UpdateIssueInput!) { updateIssue(input: $input) { clientMutationId } }", "id"]
      : ["mutation ($input: UpdatePullRequestInput!) { updatePullRequest(input: $input) { clientMutationId } }", "pullRequestId"];
  await person.github(document, { input: { [key]: item.id, ...input } });
}

function nameIn(node: object, key: string): unknown {
  return (node as Readonly<Record<string, unknown>>)[key];
}

async function setProjectValue({ world }: Day, item: ItemSeen, name: string, value: Seen): Promise<void> {
  const [place] = item.places;
  const field = projectFields(world)[name];
  if (!place || !field) throw new Error(`There is no field "${name}".`);
  const target = { projectId: place.projectId, itemId: place.id, fieldId: field.id };
  if (value === null) {
    const clear = `mutation ($input: ClearProjectV2ItemFieldValueInput!) { clearProjectV2ItemFieldValue(input: $input) { clientMutationId } }`;
    await world.person.github(clear, { input: target });
    return;
  }
  const given =
    "selectOptions" in field
      ? { singleSelectOptionId: field.selectOptions.find((option) => option.name === value)?.id }
      : "iterations" in field
        ? { iterationId: field.iterations.find(({ title }) => title === value)?.id }
        : { [typeof value === "number" ? "number" : "date"]: value };
  const document = `mutation ($input: UpdateProjectV2ItemFieldValueInput!) { updateProjectV2ItemFieldValue(input: $input) { clientMutationId } }`;
  await world.person.github(document, { input: { ...target, value: given } });
}
