import { expect, test } from "vitest";
import { createTable } from "../../storage/table.ts";
import { startAzurite } from "../support/azurite.ts";

const urlsOf = (connectionString: string) => [...connectionString.matchAll(/Endpoint=([^;]+)/g)].map(([, url]) => url ?? "");

test("two Azurites run side by side on ports of their own, and leave nothing behind", async () => {
  const [all, tables] = await Promise.all([startAzurite(), startAzurite(["table"])]);
  const urls = urlsOf(all.connectionString);

  const [one, other] = [all, tables].map(({ connectionString }) => createTable({ connectionString }));
  await one?.ensure();
  await other?.ensure();
  await one?.insert({ partitionKey: "p", rowKey: "a" });
  expect(await other?.get("p", "a")).toBeUndefined();
  for (const url of urls) expect((await fetch(url)).status).toBeGreaterThanOrEqual(400);
  expect(new Set([...urls, ...urlsOf(tables.connectionString)]).size).toBe(4);

  await Promise.all([all.close(), tables.close()]);
  for (const url of urls) await expect(fetch(url)).rejects.toThrow();
});
