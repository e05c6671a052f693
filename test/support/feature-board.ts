// A board on which one burst of edits asks for every kind of effect: what a person makes beforehand, and what is edited then.
import { Client } from "@notionhq/client";
import { createRandom } from "../../local/host/moods.ts";
import { DEMO_ADA_ID, DEMO_PROPERTIES, DEMO_SEED } from "../../local/notion-api/seed.ts";
import type { NotionSeed } from "../../local/notion-api/seed.ts";
import { headOf, pushBranch, report, richText, setRepository } from "./branches.ts";
import { shuffled } from "./crash-board.ts";
import { fullConfig, fullMapping } from "./full-config.ts";
import { itemsOf } from "./item-shown.ts";
import type { ItemShown } from "./item-shown.ts";
import type { World } from "./world.ts";

/** What must be true of a page and its item in the end; what is left out is not looked at. */
export interface ExpectedPage extends Partial<ItemShown> {
  readonly pageId: string;
  /** Words that the item's region must hold. */
  readonly text?: string;
  /** The link is given up, and the page is not looked at any more. */
  readonly isDetached?: true;
}

/** Page id of each prepared page, by its title. */
export type FeatureBoard = Readonly<Record<string, string>>;

const LONGEST_GAP_MS = 300; // ms between two edits of the person
const MADE_MS = 30 * 60_000; // ms; of the world's time
const status = fullMapping()["status"] as { readonly values: object };

/** Maps every feature of pages towards GitHub; "Ship" enables auto-merge, and what is "Ready" is a draft. */
export function featureConfig(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const values = {
    ...status.values,
    Ready: { item: "open", project: "Todo", draft: true },
    "In Progress": { item: "open", project: "In Progress", draft: false },
    Ship: { item: "closed", reason: "completed", pullRequest: "autoMerge", project: "Done" },
  };
  return fullConfig({ body: "toGithub", createLabels: true, status: { ...status, values }, ...changes });
}

/** The demo workspace without pages, with the status "Ship". */
export const FEATURE_SEED: NotionSeed = {
  ...DEMO_SEED,
  dataSources: DEMO_SEED.dataSources.map((source) => ({
    ...source,
    properties: DEMO_PROPERTIES.map((property) =>
      property.name === "Status"
        ? {
            ...property,
            options: { "To-do": ["Backlog", "Ready"], "In progress": ["In Progress"], Complete: ["Done", "Won't do", "Ship"] },
          }
        : property,
    ),
  })),
  pages: [],
};

export const names = (...list: readonly string[]): unknown => ({ multi_select: list.map((name) => ({ name })) });
export const select = (name: string | null): unknown => ({ select: name === null ? null : { name } });
export const people = (...ids: readonly string[]): unknown => ({ people: ids.map((id) => ({ id })) });
export const date = (start: string | null): unknown => ({ date: start === null ? null : { start } });
export const relation = (...ids: readonly string[]): unknown => ({ relation: ids.map((id) => ({ id })) });

/** Every property filled. */
export const FILLED = {
  Labels: names("bug"),
  Owner: people(DEMO_ADA_ID),
  Milestone: select("v1.0"),
  Type: select("Bug"),
  Estimate: { number: 3 },
  Sprint: select("Sprint 2"),
  Due: date("2026-12-24"),
};

const EMPTIED = {
  Labels: names(),
  Owner: people(),
  Milestone: select(null),
  Type: select(null),
  Estimate: { number: null },
  Sprint: select(null),
  Due: date(null),
};

/** What a page is made with: its title, its properties beside, its text. */
interface PageMade {
  readonly title: string;
  readonly status: string;
  readonly properties?: object;
  readonly text?: string;
}

const PREPARED: readonly PageMade[] = [
  { title: "Fields", status: "Ready", properties: { Labels: names("bug") } },
  { title: "Emptied", status: "Ready", properties: FILLED },
  { title: "Text", status: "Ready", text: "First words." },
  { title: "Close", status: "Ready" },
  { title: "Reopen", status: "Ready" },
  { title: "From GitHub", status: "Ready" },
  { title: "Archived", status: "Ready", properties: { Estimate: { number: 1 } } },
  { title: "Trashed", status: "Ready" },
  { title: "Child", status: "Ready" },
  { title: "Hang", status: "Ready" },
  { title: "Merge", status: "In Progress", properties: { Branch: richText("merge") } },
  { title: "Auto", status: "In Progress", properties: { Branch: richText("auto") } },
  { title: "Draft", status: "Ready", properties: { Branch: richText("draft") } },
  { title: "Ships", status: "In Progress" },
];

/** Makes the pages that are edited later, and waits until each has its item. */
export async function prepareFeatures(world: World): Promise<FeatureBoard> {
  setRepository(world, { protection: { checks: true } });
  for (const name of ["merge", "auto", "draft", "ships", "hang", "new-pull"]) await pushBranch(world, name);
  for (const name of ["merge", "ships"]) await report(world, headOf(world, name), "success");
  await report(world, headOf(world, "auto"), "pending");
  const board: Record<string, string> = {};
  for (const page of PREPARED) {
    const pageId = await makePage(world, page);
    board[page.title] = pageId;
    await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", MADE_MS);
  }
  await world.settled();
  const idOf = (title: string): string => board[title] ?? "";
  await world.person.setPage(idOf("Ships"), { Branch: richText("ships") });
  await world.person.setStatus(idOf("Reopen"), "Done");
  await world.until(async () => (await world.person.textOf(idOf("Ships"), "GitHub")).includes("PR"), MADE_MS);
  await world.settled();
  await archive(world, idOf("Archived"));
  await world.settled(MADE_MS);
  return board;
}

/**
 * Lets a person make all edits in a seeded order and pace; returns what must come of them.
 *
 * @param withTrash Whether a page is put in the trash as well: without webhooks only the next reconcile sees that.
 */
export async function editFeatures(
  world: World,
  board: FeatureBoard,
  seed: number,
  withTrash: boolean,
): Promise<readonly ExpectedPage[]> {
  const { person } = world;
  const idOf = (title: string): string => board[title] ?? "";
  const expected: ExpectedPage[] = [];
  const edit = (title: string, work: (pageId: string) => Promise<unknown>, page: Omit<ExpectedPage, "pageId">) => async () => {
    expected.push({ pageId: idOf(title), title, notice: "", ...page });
    await work(idOf(title));
  };
  const make = (page: PageMade, wanted: Omit<ExpectedPage, "pageId">) => async () => {
    const pageId = await makePage(world, page);
    expected.push({ pageId, title: page.title, status: page.status, notice: "", ...wanted });
  };
  const full = { labels: ["bug"], assignees: ["ada"], milestone: "v1.0", type: "Bug" };
  const inProject = { Estimate: 3, Iteration: "Sprint 2", Due: "2026-12-24" };
  const edits = [
    edit(
      "Fields",
      (pageId) =>
        person.setPage(pageId, {
          ...FILLED,
          Name: { title: [{ text: { content: "Fields, renamed" } }] },
          Labels: names("documentation", "brand new"),
          Status: { status: { name: "In Progress" } },
        }),
      {
        ...full,
        title: "Fields, renamed",
        labels: ["brand new", "documentation"],
        state: "OPEN",
        project: { Status: "In Progress", ...inProject },
      },
    ),
    edit("Emptied", (pageId) => person.setPage(pageId, EMPTIED), {
      ...{ labels: [], assignees: [], milestone: null, type: null, project: { Status: "Todo" } },
    }),
    edit("Text", (pageId) => append(world, pageId, "Second words."), { text: "Second words.", state: "OPEN" }),
    edit("Close", (pageId) => person.setStatus(pageId, "Done"), {
      ...{ state: "CLOSED", reason: "COMPLETED", project: { Status: "Done" } },
    }),
    edit("Reopen", (pageId) => person.setStatus(pageId, "In Progress"), { state: "OPEN", project: { Status: "In Progress" } }),
    edit("From GitHub", (pageId) => editOnGithub(world, pageId), { title: "From GitHub, renamed", labels: ["question"] }),
    edit("Archived", (pageId) => person.setPage(pageId, { Estimate: { number: 2 } }), {
      ...{ isArchived: false, project: { Status: "Todo", Estimate: 2 } },
    }),
    ...(withTrash ? [edit("Trashed", (pageId) => person.trashPage(pageId), { isDetached: true, state: "OPEN" })] : []),
    edit("Child", (pageId) => person.setPage(pageId, { Parent: relation(idOf("Text")) }), { parent: "Text" }),
    edit("Hang", (pageId) => person.setPage(pageId, { Branch: richText("hang") }), {
      ...{ state: "OPEN", companion: { head: "hang", state: "OPEN", isDraft: true } },
    }),
    edit("Merge", (pageId) => person.setStatus(pageId, "Done"), { state: "MERGED", project: { Status: "Done" } }),
    edit("Auto", (pageId) => person.setStatus(pageId, "Ship"), { state: "MERGED", status: "Ship" }),
    edit("Draft", (pageId) => person.setStatus(pageId, "In Progress"), { state: "OPEN", isDraft: false }),
    edit("Ships", (pageId) => person.setStatus(pageId, "Done"), {
      ...{ state: "CLOSED", reason: "COMPLETED", companion: { head: "ships", state: "MERGED", isDraft: false } },
    }),
    make(
      { title: "New", status: "Ready", properties: FILLED, text: "New words." },
      { ...full, text: "New words.", state: "OPEN", project: { Status: "Todo", ...inProject } },
    ),
    make({ title: "New child", status: "In Progress", properties: { Parent: relation(idOf("Close")) } }, { parent: "Close" }),
    make(
      { title: "New pull", status: "Ready", properties: { Branch: richText("new-pull"), Labels: names("bug") } },
      { state: "OPEN", isDraft: true, labels: ["bug"], project: { Status: "Todo" } },
    ),
  ];
  const random = createRandom(seed);
  for (const next of shuffled(edits, random)) {
    await next();
    await world.advance(Math.floor(random() * LONGEST_GAP_MS));
  }
  return expected;
}

/** What a build server does: once auto-merge is on, the check of that branch succeeds. */
export async function reportWhenAsked(world: World): Promise<void> {
  const isAsked = itemsOf(world).some((item) => "autoMerge" in item && item.autoMerge !== null && item.state === "OPEN");
  if (isAsked) await report(world, headOf(world, "auto"), "success");
}

async function makePage(world: World, { title, status: moved, properties = {}, text }: PageMade): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  if (text !== undefined) await append(world, pageId, text);
  await world.person.setPage(pageId, { ...properties, Status: { status: { name: moved } } });
  return pageId;
}

/** Adds a paragraph to the text of a page. */
export async function append(world: World, pageId: string, content: string): Promise<void> {
  const client = new Client({
    auth: "ntn_ada",
    notionVersion: "2026-03-11",
    retry: false,
    fetch: ((input: string | URL | Request, init?: RequestInit) => world.notion.fetch(new Request(input, init))) as never,
  });
  const paragraph = { object: "block", type: "paragraph", paragraph: { rich_text: [{ text: { content } }] } };
  await client.blocks.children.append({ block_id: pageId, children: [paragraph] as never });
}

async function issueIdOf(world: World, pageId: string): Promise<string> {
  const number = Number(/#(\d+)/.exec(await world.person.textOf(pageId, "GitHub"))?.[1]);
  const issue = (await world.person.issues()).find((candidate) => candidate.number === number);
  if (!issue) throw new Error(`The page names no issue.`);
  return issue.id;
}

async function editOnGithub(world: World, pageId: string): Promise<void> {
  const id = await issueIdOf(world, pageId);
  const { repository } = await world.person.github<{ repository: { label: { id: string } } }>(
    `{ repository(owner: "acme", name: "widgets") { label(name: "question") { id } } }`,
  );
  await world.person.github(
    `mutation ($id: ID!, $label: ID!) { updateIssue(input: { id: $id, title: "From GitHub, renamed" }) { clientMutationId }
      addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId } }`,
    { id, label: repository.label.id },
  );
}

/** Archives the place of a page's item in the project, as a person does. */
export async function archive(world: World, pageId: string): Promise<void> {
  const { node } = await world.person.github<{ node: { projectItems: { nodes: { id: string; project: { id: string } }[] } } }>(
    `query ($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { nodes { id project { id } } } } } }`,
    { id: await issueIdOf(world, pageId) },
  );
  const [place] = node.projectItems.nodes;
  await world.person.github(
    `mutation ($project: ID!, $item: ID!) { archiveProjectV2Item(input: { projectId: $project, itemId: $item }) { clientMutationId } }`,
    { project: place?.project.id, item: place?.id },
  );
}
