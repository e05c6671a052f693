import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client, verifyWebhookSignature } from "@notionhq/client";
import { afterEach, expect, test } from "vitest";
import { toSeedPageId } from "../../../local/notion-api/seed.ts";
import { text } from "./workspace.ts";

const PROGRAM = fileURLToPath(new URL("../../../local/notion-api/main.ts", import.meta.url));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function startReceiver(): Promise<{ url: string; received: { body: string; signature: string | undefined }[] }> {
  const received: { body: string; signature: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString("utf8")));
    request.on("end", () => {
      received.push({ body, signature: request.headers["x-notion-signature"]?.toString() });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port.");
  return { url: `http://127.0.0.1:${address.port}/hook`, received };
}

async function startProgram(options: readonly string[]): Promise<{ child: ChildProcess; ready: { url: string; token: string } }> {
  const child = spawn(process.execPath, [PROGRAM, "--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  ends.push(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout }))
    return { child, ready: JSON.parse(line) as { url: string; token: string } };
  throw new Error("The program ended without a ready line.");
}

test("the program serves the vendor's client, sends signed webhooks and ends when told to", async () => {
  const { url: hook, received } = await startReceiver();
  const { child, ready } = await startProgram(["--webhook-url", hook, "--webhook-secret", "secret_demo"]);
  const client = new Client({ auth: "any token", baseUrl: ready.url, notionVersion: "2026-03-11" });

  await client.pages.update({ page_id: toSeedPageId(0), properties: { Name: { title: text("By hand") } } });
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);

  const [delivery] = received;
  expect(JSON.parse(delivery?.body ?? "")).toMatchObject({
    type: "page.properties_updated",
    data: { updated_properties: ["title"] },
  });
  const signed = { body: delivery?.body ?? "", signature: delivery?.signature, verificationToken: "secret_demo" };
  expect(await verifyWebhookSignature(signed)).toBe(true);
  const journal: unknown = await (await fetch(`${ready.url}/__sim/requests`)).json();
  expect(journal).toMatchObject({ total: 1, writes: 1, byKind: { "PATCH /v1/pages/{id}": 1 } });

  const exited = once(child, "exit");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
