import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "./start-error.ts";

/** What one start leaves to the next; all of it lies in one folder. */
export interface StateFolder {
  /** Azurite's data. */
  readonly azurite: string;
  readonly notionData: string;
  readonly githubData: string;
  readonly hostData: string;
  readonly logs: string;
  readonly secrets: LocalSecrets;
  /** Lets another start have the folder. */
  release(): void;
}

/** Secrets that are made once and are good for nothing but this folder. */
export interface LocalSecrets {
  readonly notionWebhook: string;
  readonly githubWebhook: string;
  readonly markerKey: string;
}

const LOCK = "lock.db";
const SECRETS = "secrets.json";
const CONTENTS = [SECRETS, "azurite", "notion.json", "github.json", "host.db", "host.db-wal", "host.db-shm", "logs"];

/**
 * Takes the folder for this start; makes it if it is not there.
 *
 * @param fresh removes what earlier starts left, and nothing else that may lie in the folder.
 * @throws StartError when another start has it, or its secrets cannot be read.
 */
export function openStateFolder(folder: string, fresh: boolean): StateFolder {
  mkdirSync(folder, { recursive: true });
  const lock = takeLock(folder);
  try {
    if (fresh) for (const name of CONTENTS) rmSync(join(folder, name), { recursive: true, force: true });
    const logs = join(folder, "logs");
    mkdirSync(logs, { recursive: true });
    return {
      azurite: join(folder, "azurite"),
      notionData: join(folder, "notion.json"),
      githubData: join(folder, "github.json"),
      hostData: join(folder, "host.db"),
      logs,
      secrets: ensureSecrets(join(folder, SECRETS)),
      release: () => lock.close(),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Whoever holds it loses it with its process, however that ends. */
function takeLock(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, LOCK));
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new StartError(
      `Notion Sync is running already with its state in "${folder}": end that one first, or give this one a folder of its own by --state <folder> and ports of its own.`,
    );
  }
  return lock;
}

function ensureSecrets(path: string): LocalSecrets {
  if (existsSync(path)) return readSecrets(path);
  const make = (): string => randomBytes(32).toString("hex");
  const secrets = { notionWebhook: `secret_${make()}`, githubWebhook: make(), markerKey: make() };
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
  return secrets;
}

function readSecrets(path: string): LocalSecrets {
  let found: Partial<LocalSecrets> = {};
  try {
    found = JSON.parse(readFileSync(path, "utf8")) as Partial<LocalSecrets>;
  } catch {
    // what cannot be read is as what is not there
  }
  const { notionWebhook, githubWebhook, markerKey } = found;
  if (notionWebhook && githubWebhook && markerKey) return { notionWebhook, githubWebhook, markerKey };
  throw new StartError(`"${path}" does not hold the secrets that an earlier start made: start with --fresh to begin anew.`);
}
