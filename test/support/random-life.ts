// What people do with whole pages and issues on a random day, and with the app itself.
import { parentOf, itemsSeen, pagesSeen } from "./board-seen.ts";
import type { PageSeen } from "./board-seen.ts";
import { richText } from "./branches.ts";
import { append, names, people, relation } from "./feature-board.ts";
import { DEMO_ADA_ID, DEMO_GRACE_ID } from "../../local/notion-api/seed.ts";
import { happens, nameOf, pairsSeen, pick } from "./random-day.ts";
import type { Day, PairSeen } from "./random-day.ts";
import { isRunning } from "./random-trouble.ts";
import { wish } from "./random-edits.ts";

/** Puts a page in the trash, or takes one out of it. */
export async function trashOrRestore(day: Day): Promise<void> {
  const { random, world } = day;
  const trashed = pagesSeen(world).filter(({ inTrash }) => inTrash);
  if (trashed.length > 0 && happens(random, 0.6)) {
    const page = pick(random, trashed);
    day.note(`restores page ${nameOf(page)}`);
    day.wanted.muddle(page.id, "restored");
    await world.person.trashPage(page.id, false);
    return;
  }
  const pairs = pairsSeen(day);
  if (pairs.length < 4) return;
  const { page } = pick(random, pairs);
  day.note(`page ${nameOf(page)} to the trash`);
  day.wanted.muddle(page.id, "trashed");
  await world.person.trashPage(page.id);
}

/** Writes more text on a page. */
export async function writeText(day: Day, pair: PairSeen): Promise<void> {
  const text = newWords(day);
  day.note(`page ${nameOf(pair.page)}: text "${text}"`);
  wish(day, pair, "notion", "body", null, text);
  await append(day.world, pair.page.id, text);
}

const BODY = "mutation ($id: ID!, $body: String!) { updateIssue(input: { id: $id, body: $body }) { clientMutationId } }";

/** Writes something above what the app wrote in an issue. */
export async function writeBody(day: Day, pair: PairSeen): Promise<void> {
  const { item } = pair;
  if (item?.kind !== "issue") return;
  const text = newWords(day);
  day.note(`item ${item.name}: text "${text}"`);
  wish(day, pair, "github", "body", null, text);
  await day.world.person.github(BODY, { id: item.id, body: `${text}\n\n${item.body}` });
}

/** Sets something that cannot be carried, or takes it away again. */
export async function setImpossible(day: Day, pair: PairSeen): Promise<void> {
  const { page, item } = pair;
  const { world, random } = day;
  const labels = page.fields.labels as readonly string[];
  switch (pick(random, ["label", "label", "owner", "title", "wontfix"])) {
    case "label": {
      const next = labels.includes("urgent") ? labels.filter((name) => name !== "urgent") : [...labels, "urgent"].toSorted();
      wish(day, pair, "notion", "labels", labels, next);
      day.note(`page ${nameOf(page)}: labels ${next.join()}`);
      return world.person.setPage(page.id, { Labels: names(...next) });
    }
    case "owner": {
      const held = page.fields.assignees as readonly string[];
      const hasGrace = held.includes("grace");
      day.note(`page ${nameOf(page)}: ${hasGrace ? "without" : "with"} grace`);
      const ada = held.includes("ada") ? [DEMO_ADA_ID] : [];
      return world.person.setPage(page.id, { Owner: people(...ada, ...(hasGrace ? [] : [DEMO_GRACE_ID])) });
    }
    case "title": {
      if (page.fields.title === "") return undefined;
      wish(day, pair, "notion", "title", page.fields.title, "");
      day.note(`page ${nameOf(page)}: title emptied`);
      return world.person.setPage(page.id, { Name: { title: [] } });
    }
    default: {
      if (item?.kind !== "issue") return undefined;
      const held = item.fields.labels as readonly string[];
      if (held.includes("wontfix")) return undefined;
      wish(day, pair, "github", "labels", held, [...held, "wontfix"].toSorted());
      day.note(`item ${item.name}: label wontfix`);
      const label = world.github.store.nodes().find((node) => node.__typename === "Label" && node.name === "wontfix");
      await world.person.github(
        `mutation ($id: ID!, $ids: [ID!]!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: $ids }) { clientMutationId } }`,
        { id: item.id, ids: [label?.id] },
      );
    }
  }
}

/** Names an issue that a stranger made on a page that has none. */
export async function nameIssue(day: Day): Promise<void> {
  const { random, world } = day;
  const pages = pairsSeen(day).filter(({ page, item }) => !item && page.reference === "" && page.branch === "");
  const items = itemsSeen(world);
  const taken = new Set(pagesSeen(world).map(({ reference }) => reference));
  const free = items.filter(({ id, kind, name }) => kind === "issue" && day.strangers.has(id) && !taken.has(name));
  if (pages.length === 0 || free.length === 0) return;
  const { page } = pick(random, pages);
  const item = pick(random, free);
  day.note(`page ${nameOf(page)}: names ${item.name}`);
  day.wanted.muddle(page.id, "linked by hand");
  await world.person.setPage(page.id, { GitHub: richText(item.name) });
}

/** Gives a page a parent among those that are older, or none. */
export async function setParent(day: Day, { page }: PairSeen): Promise<void> {
  const all = pairsSeen(day).map((pair) => pair.page);
  const older = all.slice(
    0,
    all.findIndex(({ id }) => id === page.id),
  );
  const parent: PageSeen | undefined = older.length > 0 && happens(day.random, 0.7) ? pick(day.random, older) : undefined;
  if (parentOf(page) === undefined && !parent) return;
  day.note(`page ${nameOf(page)}: parent ${parent ? nameOf(parent) : "none"}`);
  await day.world.person.setPage(page.id, { Parent: relation(...(parent ? [parent.id] : [])) });
}

/** Archives an item in the project, or takes it out of the project. */
export async function leaveProject(day: Day, { page, item }: PairSeen): Promise<void> {
  const [place] = item?.places ?? [];
  if (!item || !place) return;
  const mutation = place.isArchived
    ? "unarchiveProjectV2Item"
    : happens(day.random, 0.7)
      ? "archiveProjectV2Item"
      : "deleteProjectV2Item";
  day.note(`item ${item.name}: ${mutation}`);
  day.wanted.muddle(page.id, mutation);
  await day.world.person.github(
    `mutation ($project: ID!, $item: ID!) { ${mutation}(input: { projectId: $project, itemId: $item }) { clientMutationId } }`,
    { project: place.projectId, item: place.id },
  );
}

/** Deletes an issue. */
export async function deleteIssue(day: Day, { page, item }: PairSeen): Promise<void> {
  if (item?.kind !== "issue") return;
  day.note(`item ${item.name}: deleted`);
  day.wanted.muddle(page.id, "its issue was deleted");
  await day.world.person.github("mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }", {
    id: item.id,
  });
}

/** Asks the app itself for something; it may be killed while it works on that. */
export async function askApp(day: Day): Promise<void> {
  try {
    await ask(day);
  } catch (error) {
    if (isRunning(day)) throw error;
    day.note("nobody answers");
  }
}

async function ask(day: Day): Promise<void> {
  const { random, world } = day;
  switch (pick(random, ["full", "retry", "plan", "apply"])) {
    case "full":
      day.note("asks for a full sync");
      await world.call("POST", "sync", { full: true });
      return;
    case "retry":
      day.note("asks to retry all");
      await world.call("POST", "retry", { all: true });
      return;
    case "plan": {
      const request = new Request("http://app.test/api/plan", {
        method: "POST",
        headers: { "x-functions-key": world.host().functionKey, "content-type": "application/json", "content-length": "2" },
        body: "{}",
      });
      const answer = (await (await world.send(request)).json()) as { readonly planId?: string };
      day.note(`asks for plan ${answer.planId ?? "that is refused"}`);
      if (answer.planId !== undefined) day.plans.push(answer.planId);
      return;
    }
    default: {
      const planId = day.plans.pop();
      if (planId === undefined) return;
      const { status } = await world.call("POST", "apply", { planId });
      day.note(`applies plan ${planId}: ${status}`);
    }
  }
}

function newWords(day: Day): string {
  day.titles += 1;
  return `Words ${day.titles} are said.`;
}
