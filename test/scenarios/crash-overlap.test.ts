import { afterEach, describe, expect, test } from "vitest";
import { holdAfterStamp } from "../support/hold-after-stamp.ts";
import { createLinks } from "../../storage/links.ts";
import type { TableOperation } from "../support/memory-table.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const POLL_MS = 60_000;

let world: World;
afterEach(async () => world.close());

/** Lets requests whose body has a text wait until they are let go. */
function createGate(text: string) {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let caught = 0;
  return {
    open,
    caught: () => caught,
    async pass(send: () => Promise<Response>, request: Request, when: "before" | "effect"): Promise<Response> {
      if (caught > 0 || !(await request.clone().text()).includes(text)) return send();
      caught += 1;
      const sent = when === "effect" ? await send() : undefined;
      await world.idleWait(opened);
      return sent ?? send();
    },
  };
}

/** Ends the run through the durable API, as an operator or the tick does, and starts it again. */
async function restartRun(): Promise<void> {
  const path = "http://app.test/durabletask/instances/sync-engineering";
  const response = await world.host().fetch(new Request(`${path}/terminate?reason=test`, { method: "POST" }));
  expect(response.status).toBe(202);
  await world.advance(1_000);
  await world.call("POST", "sync", {});
}

async function linkedPage(title: string): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 120_000);
  await world.settled();
  return pageId;
}

async function expectAtPeace(): Promise<void> {
  await world.advance(5 * POLL_MS);
  await world.settled();
  const { body } = await world.call("GET", "status");
  expect(body).toMatchObject({ idle: true, failures: [], conflicts: [], mappings: [{ pendingChanges: 0 }] });
  world.notion.clearJournal();
  world.github.clearJournal();
  await world.advance(5 * POLL_MS);
  expect([world.notion.journal().writes, world.github.journal().writes]).toEqual([0, 0]);
}

describe("an activity that goes on after its run was terminated and started again", () => {
  test.each([
    { when: "before" as const, heldMs: 15_000 },
    { when: "effect" as const, heldMs: 15_000 },
    { when: "effect" as const, heldMs: 90_000 },
  ])("makes no second issue (held $when the effect for $heldMs ms)", async ({ when, heldMs }) => {
    const gate = createGate("createIssue");
    world = await createWorld({ onRequest: (send, request) => gate.pass(send, request, when) });

    const pageId = await world.person.createPage({ title: "Held up", status: "Ready" });
    await world.until(() => gate.caught() > 0, 60_000);
    await restartRun();
    await world.advance(heldMs);
    gate.open();
    await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 5 * 60_000);
    await expectAtPeace();

    expect(await world.person.issuesTitled("Held up")).toHaveLength(1);
  });

  test.each([{ when: "before" as const }, { when: "effect" as const }])(
    "loses no edit that was made meanwhile (held $when the effect)",
    async ({ when }) => {
      const gate = createGate("Second title");
      world = await createWorld({ onRequest: (send, request) => gate.pass(send, request, when) });
      const pageId = await linkedPage("First title");

      await world.person.setTitle(pageId, "Second title");
      await world.until(() => gate.caught() > 0, 60_000);
      await world.person.setTitle(pageId, "Third title");
      await restartRun();
      await world.advance(15_000);
      gate.open();
      await world.until(async () => (await world.person.issuesTitled("Third title")).length === 1, 2 * 60_000);
      await expectAtPeace();

      expect(await world.person.textOf(pageId, "Name")).toBe("Third title");
      expect(await world.person.issuesTitled("Third title")).toHaveLength(1);
    },
  );

  test("sends nothing once its right to the pair has ended", async () => {
    const sent: string[] = [];
    world = await createWorld({
      async onRequest(send, request) {
        if (new URL(request.url).port !== "7081") sent.push(await request.clone().text());
        return send();
      },
    });
    const pageId = await linkedPage("First title");
    const hold = holdAfterStamp(world);

    await world.person.setTitle(pageId, "Second title");
    await world.until(() => hold.isHeld(), 60_000);
    await restartRun();
    await world.until(async () => (await world.person.issuesTitled("Second title")).length === 1, 2 * 60_000);
    await world.person.setTitle(pageId, "Third title");
    await world.until(async () => (await world.person.issuesTitled("Third title")).length === 1, 2 * 60_000);
    hold.open();
    await expectAtPeace();

    expect(sent.filter((body) => body.includes("mutation") && body.includes("Second title"))).toHaveLength(1);
    expect(await world.person.textOf(pageId, "Name")).toBe("Third title");
    expect(await world.person.issuesTitled("Third title")).toHaveLength(1);
  });

  test("keeps its right to the pair while further runs come and go", async () => {
    const gate = createGate("Second title");
    world = await createWorld({ onRequest: (send, request) => gate.pass(send, request, "before") });
    const pageId = await linkedPage("First title");

    await world.person.setTitle(pageId, "Second title");
    await world.until(() => gate.caught() > 0, 60_000);
    await restartRun();
    for (const title of ["Third title", "Fourth title"]) {
      await world.person.setTitle(pageId, title);
      await world.call("POST", "sync", { pageIds: [pageId] });
      await world.advance(5_000);
    }
    gate.open();
    await world.until(async () => (await world.person.issuesTitled("Fourth title")).length === 1, 2 * 60_000);
    await expectAtPeace();

    expect(await world.person.textOf(pageId, "Name")).toBe("Fourth title");
    expect(await world.person.issuesTitled("Fourth title")).toHaveLength(1);
  });

  test("takes what a person did on GitHub meanwhile for a person's edit, and its own write for its own", async () => {
    const gate = createGate("Edited on GitHub");
    world = await createWorld({ onRequest: (send, request) => gate.pass(send, request, "effect") });
    const pageId = await linkedPage("First title");
    const [issue] = await world.person.issuesTitled("First title");
    const rename = `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`;

    await world.person.github(rename, { id: issue?.id, title: "Edited on GitHub" });
    await world.until(() => gate.caught() > 0, 60_000);
    world.kill();
    await world.person.github(rename, { id: issue?.id, title: "Edited on GitHub again" });
    await world.start();
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Edited on GitHub again", 2 * 60_000);
    await expectAtPeace();

    expect(await world.person.issuesTitled("Edited on GitHub again")).toHaveLength(1);
  });
});

test("a run that makes no progress with due changes is ended after 10 minutes, reported and started again", async () => {
  world = await createWorld();
  const pageId = await linkedPage("First title");
  const hold = holdAfterStamp(world);

  await world.person.setTitle(pageId, "Second title");
  await world.until(() => hold.isHeld(), 60_000);
  await world.advance(9 * 60_000);
  expect(await world.person.issuesTitled("Second title")).toHaveLength(0);
  await world.until(async () => (await world.person.issuesTitled("Second title")).length === 1, 4 * 60_000);

  expect(world.log.some(({ message }) => message.includes("made no progress"))).toBe(true);
  const { body } = await world.call("GET", "status");
  expect((body as { readonly runs: readonly unknown[] }).runs).toContainEqual(expect.objectContaining({ status: "terminated" }));
  hold.open();
  await expectAtPeace();
});

describe("a change that comes at the end of a run", () => {
  test.each([{ moment: "before" as const }, { moment: "after" as const }])(
    "is handled within one poll interval, $moment whichever write it is stored",
    async ({ moment }) => {
      world = await createWorld({ webhooks: false });
      const pageId = await linkedPage("Title 0");
      // Nothing but the stored change can tell of an edit: every probe fails.
      world.notion.setFaults([{ match: "query", kind: "status", status: 503, times: 1_000_000 }]);
      const edit = async (title: string): Promise<void> => {
        await world.person.setTitle(pageId, title);
        const { status } = await world.call("POST", "sync", { pageIds: [pageId] });
        expect(status).toBe(202);
      };

      let writes = Infinity;
      for (let n = 1; n <= writes; n += 1) {
        const counted = await editAtWrite(n, moment, edit);
        if (!counted.reached) writes = n;
        await world.until(async () => (await world.person.issuesTitled(counted.title)).length === 1, POLL_MS + 5_000);
        await world.until(async () => (await pending()) === 0, POLL_MS);
        await world.settled();
      }

      world.notion.setFaults([]); // no tick may have come in the meantime
      expect(writes).toBeGreaterThan(8);
      expect(writes).toBeLessThan(100);
    },
  );
});

/** Edits a page, and once more while the run that this starts makes its n-th write; tells what the title must become. */
async function editAtWrite(n: number, moment: "before" | "after", edit: (title: string) => Promise<void>) {
  const { memory } = world;
  if (!memory) throw new Error("The table is not in memory.");
  const seen = { writes: 0, isEditing: true, isReached: false };
  const hook = async ({ isWrite }: { readonly isWrite: boolean }): Promise<void> => {
    if (!isWrite || seen.isEditing) return;
    seen.writes += 1;
    if (seen.writes !== n) return;
    seen.isReached = true;
    seen.isEditing = true;
    await edit(`Title ${n}, again`);
  };
  memory.hooks = moment === "before" ? { before: hook } : { after: hook };
  await edit(`Title ${n}`);
  seen.isEditing = false;
  await world.until(() => seen.isReached || world.isQuiet(), POLL_MS);
  memory.hooks = {};
  return { reached: seen.isReached, title: seen.isReached ? `Title ${n}, again` : `Title ${n}` };
}

async function pending(): Promise<number | undefined> {
  const { body } = await world.call("GET", "status");
  return (body as { readonly mappings: readonly { readonly pendingChanges: number }[] }).mappings[0]?.pendingChanges;
}

describe("a page that waits", () => {
  test("for an hour does not delay another page, and is done in the end", async () => {
    let refused: string | undefined;
    world = await createWorld({
      onRequest: (send, { url }) =>
        refused !== undefined && url.includes(refused)
          ? Promise.resolve(Response.json({ message: "down" }, { status: 502 }))
          : send(),
    });
    const waiting = await linkedPage("Waits");
    const other = await linkedPage("Does not wait");

    refused = waiting;
    await world.person.setTitle(waiting, "Waited long");
    const hourEndsAt = world.now() + 60 * 60_000;
    for (let n = 1; world.now() < hourEndsAt; n += 1) {
      await world.person.setTitle(other, `Edit ${n}`);
      await world.until(async () => (await world.person.issuesTitled(`Edit ${n}`)).length === 1, 5_000);
      await world.advance(4 * POLL_MS);
    }
    expect(await world.person.issuesTitled("Waited long")).toHaveLength(0);

    refused = undefined;
    await world.until(async () => (await world.person.issuesTitled("Waited long")).length === 1, 60 * 60_000);
  });
});

describe("a page that names an issue which nobody has", () => {
  const TITLE = "Widgets lose their colour after a restart";

  /** Two pages that are found by one tick, the first of which names an issue; told of each write to the row of its link. */
  async function startNamed(when: "before" | "after", onInsert: (pageId: string) => Promise<void> | void): Promise<string> {
    world = await createWorld({ inMemory: true, webhooks: false });
    const pageId = await world.person.createPage({ title: TITLE, status: "Ready" });
    await world.person.setPage(pageId, { GitHub: { rich_text: [{ text: { content: "acme/widgets#1" } }] } });
    let isFirst = true;
    const watch = ({ kind, rowKeys }: TableOperation): Promise<void> | void => {
      if (!isFirst || kind !== "insert" || rowKeys[0] !== `page:${pageId}`) return;
      isFirst = false;
      return onInsert(pageId);
    };
    if (world.memory) world.memory.hooks = { [when]: watch };
    return pageId;
  }

  test("is linked by the first of two attempts; the second throws nothing, and other pairs of its slice go on", async () => {
    let inserted = "";
    await startNamed("before", async (pageId) => {
      inserted = await createLinks(world.table).insert({ mapping: "engineering", pageId, state: "detached" });
    });
    const other = await world.person.createPage({ title: "Other", status: "Ready" });

    await world.until(async () => (await world.person.textOf(other, "GitHub")) !== "", 2 * POLL_MS);
    await expectAtPeace();

    expect(inserted).not.toBe("");
    expect(world.log.filter(({ message }) => message.startsWith("activity failed"))).toEqual([]);
    expect(await world.person.issuesTitled(TITLE)).toMatchObject([{ number: 1 }]);
  });

  test("gets no other one when the host is killed while they are linked", async () => {
    let kills = 0;
    const pageId = await startNamed("after", () => {
      kills += 1;
      world.kill();
    });
    const before = await world.person.issues();
    await world.advance(POLL_MS);
    await world.start();
    await expectAtPeace();

    expect(kills).toBe(1);
    expect(await world.person.textOf(pageId, "GitHub")).toBe("acme/widgets#1");
    expect(await world.person.issuesTitled(TITLE)).toMatchObject([{ number: 1 }]);
    expect(await world.person.issues()).toHaveLength(before.length);
  });
});
