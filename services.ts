import { randomUUID } from "node:crypto";
import type { ActivityDeps } from "./activities/deps.ts";
import { createNotionFacts } from "./activities/notion-facts.ts";
import { createPacer } from "./activities/pacer.ts";
import { createGithubFacts } from "./activities/github-facts.ts";
import type { Config, Settings } from "./config/config.ts";
import { createSeal } from "./config/seal.ts";
import { findSecretFaults } from "./config/secret-faults.ts";
import { createSecrets, SecretError } from "./config/secrets.ts";
import type { SecretName } from "./config/secrets.ts";
import type { FunctionDeps, Log } from "./functions/deps.ts";
import { createAppAuth, createTokenAuth } from "./github/auth.ts";
import { createGithubAdapter } from "./github/client.ts";
import type { GithubAdapter } from "./github/client.ts";
import { createMarkerSigner } from "./github/marker.ts";
import { createNotionAdapter } from "./notion/client.ts";
import type { NotionAdapter } from "./notion/client.ts";
import { createStorage } from "./storage/storage.ts";
import type { Table } from "./storage/table.ts";
import { GITHUB_BUCKETS, NOTION_BUCKETS } from "./sync/budget.ts";
import type { Priority } from "./sync/budget.ts";
import type { Clock } from "./sync/clock.ts";
import { ServiceError } from "./sync/error.ts";
import type { Report } from "./sync/event.ts";
import type { Side } from "./sync/model.ts";

/** Names of the budget rows: one for each credential. */
const CREDENTIALS = { notion: "notion", github: "github" } as const;

export interface ServicesOptions {
  readonly config: Config;
  readonly settings: Settings;
  readonly table: Table;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly report: Report;
}

/** Everything behind the triggers and activities, built once. */
export interface Services {
  readonly functionDeps: (log: Log) => Promise<FunctionDeps>;
  readonly activityDeps: (log: Log) => Promise<ActivityDeps>;
}

/** Builds clients and adapters from a valid configuration; sends nothing yet. */
export function createServices({ config, settings, table, clock, fetch, report }: ServicesOptions): Services {
  const storage = createStorage(table);
  const secrets = createSecrets({ settings, clock });
  /** What needs a token meets its absence as an error of the service: for one request, and not as a fault of the whole run. */
  const readFor = (service: Side, name: SecretName) => async (): Promise<string> => {
    try {
      return await secrets.get(name);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      throw new ServiceError({ service, code: "token_unavailable", end: "failed", message: error.message });
    }
  };
  const adapters = (priority: Priority): { readonly notion: NotionAdapter; readonly github: GithubAdapter } => {
    const shared = { budgets: storage.budgets, priority, clock, report };
    return {
      notion: createNotionAdapter({
        baseUrl: settings.notionBaseUrl,
        token: readFor("notion", "notion-token"),
        onUnauthorized: (refused) => secrets.forget("notion-token", refused),
        clock,
        fetch,
        pacer: createPacer({ ...shared, service: "notion", credential: CREDENTIALS.notion, buckets: NOTION_BUCKETS }),
      }),
      github: createGithubAdapter({
        apiUrl: settings.githubApiUrl,
        auth,
        clock,
        fetch,
        pacer: createPacer({ ...shared, service: "github", credential: CREDENTIALS.github, buckets: GITHUB_BUCKETS }),
      }),
    };
  };
  const auth =
    settings.githubAuth.kind === "app"
      ? createAppAuth({
          appId: settings.githubAuth.appId,
          installationId: settings.githubAuth.installationId,
          privateKey: readFor("github", "github-app-private-key"),
          onUnauthorized: () => secrets.forget("github-app-private-key"),
          apiUrl: settings.githubApiUrl,
          clock,
          fetch,
        })
      : createTokenAuth({
          token: readFor("github", "github-token"),
          onUnauthorized: (refused) => secrets.forget("github-token", refused),
        });
  const live = adapters("live");
  const scanners = adapters("low");
  const facts = { ...createGithubFacts(live.github, clock), notion: createNotionFacts(live.notion, clock) };
  const seal = createSeal(() => secrets.getList("marker-keys"));
  const { mappings } = config;

  let ensured: Promise<void> | undefined;
  const ensureStorage = (): Promise<void> => {
    ensured ??= storage.ensure().catch((error: unknown) => {
      ensured = undefined;
      throw error;
    });
    return ensured;
  };

  return {
    async functionDeps(log) {
      await ensureStorage();
      return {
        ...live,
        mappings,
        storage,
        clock,
        log,
        report,
        seal,
        credentials: CREDENTIALS,
        secretFaults: () => findSecretFaults(secrets, settings.githubAuth.kind),
        webhookSecrets: (service) => secrets.getList(`${service}-webhook-secrets`),
      };
    },
    async activityDeps(log) {
      await ensureStorage();
      const markers = createMarkerSigner(await secrets.getList("marker-keys"));
      return { ...live, scanners, mappings, storage, facts, markers, clock, log, report, newAttempt: randomUUID };
    },
  };
}
