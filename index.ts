// The bundle's entry: the app on real time, the real network and the configured storage.
import { join } from "node:path";
import type { Settings } from "./config/config.ts";
import { openCredential } from "./config/credential.ts";
import { registerApp } from "./main.ts";
import type { Seams } from "./main.ts";
import { createTable } from "./storage/table.ts";
import type { Table } from "./storage/table.ts";
import { systemClock } from "./system-clock.ts";

function openTable({ syncStorage }: Settings): Table {
  if (syncStorage.kind === "connectionString") return createTable({ connectionString: syncStorage.connectionString });
  return createTable({ tableServiceUri: syncStorage.tableServiceUri, credential: openCredential(syncStorage.clientId) });
}

const production: Seams = {
  environment: process.env,
  appDirectory: join(import.meta.dirname, ".."),
  clock: systemClock,
  fetch: (input, init) => fetch(input, init),
  openTable,
};

/** Tests set this before they load the bundle, to run it on their own clock, network and tables in one process. */
const handedIn = (globalThis as Readonly<Record<symbol, unknown>>)[Symbol.for("notion-sync.seams")] as Partial<Seams> | undefined;

registerApp({ ...production, ...handedIn });
