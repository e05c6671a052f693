import { Client } from "@notionhq/client";
import { graphql } from "@octokit/graphql";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { processesOf, startProduct, until, type Product } from "./product.ts";

const RUNS = "Notion Sync runs.";
const DATA_SOURCE_ID = "1f0de70a-0000-4000-8000-0000000050c5"; // of the demo's mapping file
const FIRST_WRITE_LIMIT_MS = 3_000; // ms by webhook
const LIMIT_MS = 20_000;

interface Seen {
  readonly number: number;
  readonly title: string;
}

let state: string;
let products: Product[];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "notion-sync-start-"));
  products = [];
});

afterEach(async () => {
  for (const product of products) product.signal("SIGTERM");
  await Promise.all(products.map((product) => product.ended));
  rmSync(state, { recursive: true, force: true });
});

function start(options?: Parameters<typeof startProduct>[1]): Product {
  const product = startProduct(state, options);
  products.push(product);
  void product.ended.then(() => (products = products.filter((other) => other !== product)));
  return product;
}

/** A person at work on the two boards. */
function personAt(product: Product) {
  const notion = new Client({ auth: "person:ada", baseUrl: product.url("Notion simulator"), notionVersion: "2026-03-11" });
  const github = graphql.defaults({
    baseUrl: product.url("GitHub simulator"),
    headers: { authorization: "token ghp_demo_ada" },
  });
  const title = (text: string) => ({ Name: { title: [{ text: { content: text } }] } });
  return {
    async createPage(text: string, status: string): Promise<string> {
      const properties = { ...title(text), Status: { status: { name: status } } };
      const page = await notion.pages.create({ parent: { data_source_id: DATA_SOURCE_ID }, properties });
      return page.id;
    },
    renamePage: (pageId: string, text: string) => notion.pages.update({ page_id: pageId, properties: title(text) }),
    async issues(): Promise<readonly Seen[]> {
      const query = `{ repository(owner: "acme", name: "widgets") { issues(last: 100) { nodes { number title } } } }`;
      const answer = await github<{ repository: { issues: { nodes: Seen[] } } }>(query);
      return answer.repository.issues.nodes;
    },
  };
}

describe("npm start", () => {
  test("brings up everything, makes an issue of a Ready page in time, ends by Ctrl-C, and goes on at the next start", async () => {
    const first = start();
    await first.printed(RUNS);
    const ada = personAt(first);
    const before = await ada.issues();

    const createdMs = performance.now();
    const pageId = await ada.createPage("Paint the widgets", "Ready");
    const isThere = async () => (await ada.issues()).some((issue) => issue.title === "Paint the widgets");
    await until(isThere, FIRST_WRITE_LIMIT_MS - (performance.now() - createdMs), () => first.output());

    await until(
      async () => {
        const status = (await (await fetch(`${first.url("app")}/api/status`)).json()) as { idle: boolean };
        return status.idle;
      },
      LIMIT_MS,
      () => "the app is busy",
    );
    expect(await processesOf(state)).toHaveLength(4);
    first.pressCtrlC();
    expect(await first.ended).toBe(0);
    expect(await processesOf(state)).toEqual([]);
    expect(first.output().match(/Stopping/g)).toHaveLength(1);
    expect(first.output()).not.toMatch(/^\s+at /m);

    const second = start();
    await second.printed(RUNS);
    const later = personAt(second);
    expect(await later.issues()).toEqual([...before, { number: before.length + 1, title: "Paint the widgets" }]);
    await fetch(`${second.url("app")}/admin/functions/poll`, { method: "POST", body: "{}" });
    await later.renamePage(pageId, "Paint the widgets green");
    await later.createPage("Pack the widgets", "In Progress");
    const isDone = async () => {
      const titles = (await later.issues()).map((issue) => issue.title);
      return titles.includes("Paint the widgets green") && titles.includes("Pack the widgets");
    };
    await until(isDone, LIMIT_MS, () => second.output());
    expect(await later.issues()).toEqual([
      ...before,
      { number: before.length + 1, title: "Paint the widgets green" },
      { number: before.length + 2, title: "Pack the widgets" },
    ]);
    second.signal("SIGTERM");
    expect(await second.ended).toBe(0);
    expect(await processesOf(state)).toEqual([]);
  });

  test("tells what it syncs and what to try, keeps its secrets to itself, and uses no token of the environment", async () => {
    const product = start({
      environment: { NOTION_TOKEN: "ntn_real", GITHUB_TOKEN: "ghp_real", KEY_VAULT_URL: "https://no.example" },
    });
    await product.printed(RUNS);

    await product.printed(`curl -s ${product.url("app")}/api/status`);
    expect(product.output()).toContain("engineering: data source 1f0de70a-0000-4000-8000-0000000050c5");
    expect(product.output()).toContain("with acme/widgets and project acme/1");
    expect((await fetch(`${product.url("app")}/api/health`)).status).toBe(200);
    product.pressCtrlC();
    await product.ended;

    expect(statSync(join(state, "secrets.json")).mode & 0o777).toBe(0o600);
    const secrets = Object.values(JSON.parse(readFileSync(join(state, "secrets.json"), "utf8")) as Record<string, string>);
    expect(secrets).toHaveLength(3);
    const logs = readdirSync(join(state, "logs")).map((name) => readFileSync(join(state, "logs", name), "utf8"));
    for (const text of [product.output(), ...logs]) {
      for (const secret of [...secrets, "ntn_real", "ghp_real", "functionKey"]) expect(text).not.toContain(secret);
    }
  });

  test("ends by Ctrl-C while it starts, and leaves nothing behind", async () => {
    const product = start();
    await product.printed("Starting");
    await until(
      async () => (await processesOf(state)).length > 0,
      LIMIT_MS,
      () => product.output(),
    );

    product.pressCtrlC();

    expect(await product.ended).toBe(0);
    expect(await processesOf(state)).toEqual([]);
    expect(product.output()).not.toMatch(/^\s+at |Error/m);
  });

  test("says which program ended, and ends the others with exit code 1", async () => {
    const product = start();
    await product.printed(RUNS);
    const github = (await processesOf(state)).find((line) => line.includes("github-api"));

    process.kill(Number.parseInt(github ?? "", 10), "SIGKILL");

    expect(await product.ended).toBe(1);
    expect(product.output()).toContain("The GitHub simulator ended (SIGKILL), so everything is stopped.");
    expect(await processesOf(state)).toEqual([]);
  });

  test("ends a program that does not end by itself", async () => {
    const product = start();
    await product.printed(RUNS);
    const notion = (await processesOf(state)).find((line) => line.includes("notion-api"));
    process.kill(Number.parseInt(notion ?? "", 10), "SIGSTOP");

    product.pressCtrlC();

    expect(await product.ended).toBe(0);
    expect(await processesOf(state)).toEqual([]);
  });

  test("takes everything along when it is killed itself", async () => {
    const product = start();
    await product.printed(RUNS);

    process.kill(-product.pid, "SIGKILL");

    await product.ended;
    await until(
      async () => (await processesOf(state)).length === 0,
      LIMIT_MS,
      () => "processes are left",
    );
  });

  test("refuses a second start on the same state, and names the first", async () => {
    const first = start();
    await first.printed(RUNS);

    const second = start();

    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Notion Sync is running already with its state in "${state}"`);
  });

  test("begins anew with --fresh", async () => {
    const first = start();
    await first.printed(RUNS);
    const before = await personAt(first).issues();
    await personAt(first).createPage("Paint the widgets", "Ready");
    await until(
      async () => (await personAt(first).issues()).length > before.length,
      LIMIT_MS,
      () => first.output(),
    );
    first.pressCtrlC();
    await first.ended;

    const second = start({ args: ["--fresh"] });
    await second.printed(RUNS);

    expect(await personAt(second).issues()).toEqual(before);
    await personAt(second).createPage("Pack the widgets", "Ready");
    await until(
      async () => (await personAt(second).issues()).length > before.length,
      LIMIT_MS,
      () => second.output(),
    );
  });

  test("names every fault of a bad mapping file, and answers 503", async () => {
    const product = start({ environment: { SYNC_CONFIG: join(import.meta.dirname, "bad.config.json") } });
    await product.printed("not well");

    expect((await fetch(`${product.url("app")}/api/health`)).status).toBe(503);
    expect(product.output()).toContain("mappings[0].github.repository");
    expect(product.output()).toContain("mappings[0].status.values");
    expect(product.output()).toContain("mend what is said above");
  });
});
