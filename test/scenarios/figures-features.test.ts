import { afterEach, describe, expect, test } from "vitest";
import { append, featureConfig, FEATURE_SEED, FILLED, names } from "../support/feature-board.ts";
import { createSent } from "../support/sent.ts";
import { tickOnce } from "../support/tick.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

async function settled(): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await world.advance(5_000);
    await world.settled();
  }
}

/** Ticks fire only when told to, so that their probes are not among what is counted. */
async function tick(): Promise<void> {
  await tickOnce(world);
  await settled();
}

/** A pair whose page is filled and written. */
async function aPair(): Promise<{ readonly pageId: string; readonly issueId: string }> {
  world = await createWorld({
    onRequest: sent.onRequest,
    config: featureConfig(),
    notion: { seedData: FEATURE_SEED },
    timers: false,
  });
  await tick();
  const pageId = await world.person.createPage({ title: "Before", status: "Backlog" });
  await append(world, pageId, "Some words.");
  await world.person.setPage(pageId, { ...FILLED, Status: { status: { name: "Ready" } } });
  await settled();
  await world.advance(10 * MINUTE_MS);
  await world.call("POST", "sync", { full: true });
  await settled();
  const [issue] = await world.person.issuesTitled("Before");
  return { pageId, issueId: issue?.id ?? "" };
}

/** What an act takes until all is settled, and that a full run then writes nothing; facts of the boards are known for a while. */
async function countOf(act: () => Promise<unknown>): Promise<{ readonly notion: unknown; readonly github: unknown }> {
  await world.advance(2 * MINUTE_MS);
  sent.clear();
  await act();
  await settled();
  const { "query Project": _project, "query Directory": _directory, ...github } = sent.count("github");
  const counts = { notion: sent.count("notion"), github };
  sent.clear();
  await world.advance(2 * MINUTE_MS);
  await world.call("POST", "sync", { full: true });
  await settled();
  expect(sent.list().filter(({ isWrite }) => isWrite)).toEqual([]);
  return counts;
}

const PAGE = { "GET /v1/pages/{id}": 1, "GET /v1/pages/{id}/markdown": 1 };
const ITEM = { "query Nodes": 1, "query ProjectItems": 1 };

describe("one update of a pair whose mapping has a project and carries the text", () => {
  test.each([
    { what: "a title", properties: { Name: { title: [{ text: { content: "After" } }] } }, write: "mutation updateIssue" },
    { what: "a label more", properties: { Labels: names("bug", "question") }, write: "mutation addLabelsToLabelable" },
    { what: "an estimate", properties: { Estimate: { number: 8 } }, write: "mutation updateProjectV2ItemFieldValue" },
    {
      what: "a status of another column",
      properties: { Status: { status: { name: "In Progress" } } },
      write: "mutation updateProjectV2ItemFieldValue",
    },
    {
      what: "a status that closes and moves the card",
      properties: { Status: { status: { name: "Done" } } },
      write: "mutation 2",
    },
    {
      what: "everything at once",
      properties: { ...FILLED, Name: { title: [{ text: { content: "After" } }] }, Estimate: { number: 8 } },
      write: "mutation 2",
    },
  ])("$what edited in Notion takes a read and the text of the page, two reads of the item and one write", async (edit) => {
    const { pageId } = await aPair();

    const counts = await countOf(() => world.person.setPage(pageId, edit.properties));

    expect(counts).toEqual({ notion: PAGE, github: { ...ITEM, [edit.write]: 1 } });
  });

  test("more text takes one read more, of what people wrote around it", async () => {
    const { pageId } = await aPair();

    const counts = await countOf(() => append(world, pageId, "More words."));

    expect(counts).toEqual({ notion: PAGE, github: { ...ITEM, "query ItemByNumber": 1, "mutation updateIssue": 1 } });
  });

  test("a title edited on GitHub takes a read and a write of the page, and two reads of the item", async () => {
    const { issueId } = await aPair();

    const counts = await countOf(() =>
      world.person.github(`mutation($id: ID!) { updateIssue(input: { id: $id, title: "After" }) { issue { id } } }`, {
        id: issueId,
      }),
    );

    expect(counts).toEqual({ notion: { "GET /v1/pages/{id}": 1, "PATCH /v1/pages/{id}": 1 }, github: ITEM });
  });
});
