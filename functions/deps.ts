import type { DurableClient } from "durable-functions";
import type { SecretFault } from "../config/secret-faults.ts";
import type { Seal } from "../config/seal.ts";
import type { GithubAdapter } from "../github/client.ts";
import type { NotionAdapter } from "../notion/client.ts";
import type { Storage } from "../storage/storage.ts";
import type { Clock } from "../sync/clock.ts";
import type { Report } from "../sync/event.ts";
import type { Mapping } from "../sync/mapping.ts";

/** Writes one line of log: a constant message, with ids, counts and durations as fields. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** What the triggers work with; built in `main.ts`. */
export interface FunctionDeps {
  readonly mappings: readonly Mapping[];
  readonly storage: Storage;
  readonly notion: NotionAdapter;
  readonly github: GithubAdapter;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: Report;
  /** The secrets that may have signed a delivery. */
  readonly webhookSecrets: (service: "notion" | "github") => Promise<readonly string[]>;
  /** The secrets that cannot be had just now. */
  readonly secretFaults: () => Promise<readonly SecretFault[]>;
  /** Encrypts and decrypts what must not be stored as it is. */
  readonly seal: Seal;
  /** Names of the budget rows. */
  readonly credentials: { readonly notion: string; readonly github: string };
}

/** The part of the durable client that the triggers use. */
export type Starter = Pick<DurableClient, "startNew" | "raiseEvent" | "terminate" | "purgeInstanceHistoryBy">;
