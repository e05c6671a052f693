import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../config/config.ts";
import { createSecrets, SecretError, type SecretName, type Secrets, type Vault } from "../../config/secrets.ts";
import type { Clock } from "../../sync/clock.ts";

const KEY = "k".repeat(32);
const VAULT = "https://acme.vault.azure.net";

function secretsFrom(
  environment: Record<string, string>,
  vault?: Vault,
): { readonly secrets: Secrets; readonly pass: (ms: number) => void } {
  const result = parseSettings({ AzureWebJobsStorage: "UseDevelopmentStorage=true", ...environment });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve(), setTimer: () => ({ clear: () => undefined }) };
  const secrets = createSecrets({ settings: result.settings, clock, ...(vault === undefined ? {} : { vault }) });
  return { secrets, pass: (ms) => (now += ms) };
}

/** A vault of which a test sees what was asked for, and decides what comes of it. */
function aVault(values: Partial<Record<SecretName, string>>) {
  const asked: string[] = [];
  const state = { values, failure: undefined as Error | undefined };
  const vault: Vault = {
    async getSecret(name) {
      asked.push(name);
      const failure = state.failure;
      const value = state.values[name as SecretName];
      await Promise.resolve();
      if (failure !== undefined) throw failure;
      if (value === undefined) throw Object.assign(new Error("A secret with (name/id) was not found"), { statusCode: 404 });
      return { value };
    },
  };
  return { vault, asked, state };
}

async function failureOf(work: Promise<unknown>): Promise<SecretError> {
  const end = await work.catch((error: unknown) => error);
  if (end instanceof SecretError) return end;
  throw new Error(`expected a SecretError, found ${String(end)}`);
}

describe("createSecrets without a vault", () => {
  const environment = {
    NOTION_TOKEN: "n",
    GITHUB_TOKEN: "g",
    MARKER_KEYS: `${KEY}, ${KEY}2`,
    GITHUB_WEBHOOK_SECRETS: " new , old ,",
  };

  test("reads the settings", async () => {
    const { secrets } = secretsFrom(environment);

    expect(await secrets.get("notion-token")).toBe("n");
    expect(await secrets.getList("marker-keys")).toEqual([KEY, `${KEY}2`]);
    expect(await secrets.getList("github-webhook-secrets")).toEqual(["new", "old"]);
  });

  test("says which setting is missing", async () => {
    const failure = await failureOf(secretsFrom(environment).secrets.getList("notion-webhook-secrets"));

    expect(failure.code).toBe("missing");
    expect(failure.message).toContain("Set NOTION_WEBHOOK_SECRETS, or keep it in a vault");
  });
});

describe("createSecrets with a vault", () => {
  const environment = { KEY_VAULT_URL: VAULT };

  test("keeps a secret for 5 minutes and no longer", async () => {
    const { vault, asked, state } = aVault({ "notion-token": "old" });
    const { secrets, pass } = secretsFrom(environment, vault);
    await secrets.get("notion-token");
    state.values = { "notion-token": "new" };

    pass(5 * 60_000 - 1);
    expect(await secrets.get("notion-token")).toBe("old");
    pass(1);
    expect(await secrets.get("notion-token")).toBe("new");
    expect(asked).toEqual(["notion-token", "notion-token"]);
  });

  test("asks once for all who want a secret at the same time", async () => {
    const { vault, asked } = aVault({ "notion-token": "n", "github-token": "g" });
    const { secrets } = secretsFrom(environment, vault);

    const values = await Promise.all([secrets.get("notion-token"), secrets.get("notion-token"), secrets.get("github-token")]);

    expect(values).toEqual(["n", "n", "g"]);
    expect(asked).toEqual(["notion-token", "github-token"]);
  });

  test("reads a secret again after a 401, even when a read is under way", async () => {
    const { vault, state } = aVault({ "github-token": "old" });
    const { secrets } = secretsFrom(environment, vault);
    const early = secrets.get("github-token");

    state.values = { "github-token": "new" };
    secrets.forget("github-token");

    expect(await early).toBe("old");
    expect(await secrets.get("github-token")).toBe("new");
    expect(await secrets.get("github-token")).toBe("new");
  });

  test("keeps a secret that was renewed meanwhile, when an older one is refused late", async () => {
    const { vault, asked, state } = aVault({ "github-token": "old" });
    const { secrets, pass } = secretsFrom(environment, vault);
    await secrets.get("github-token");
    state.values = { "github-token": "new" };
    secrets.forget("github-token", "old");
    await secrets.get("github-token");

    pass(60_000);
    secrets.forget("github-token", "old");

    expect(await secrets.get("github-token")).toBe("new");
    expect(asked).toHaveLength(2);
  });

  test("asks the vault once in 10 seconds, however often a secret is refused that was not renewed", async () => {
    const { vault, asked, state } = aVault({ "notion-token": "revoked" });
    const { secrets, pass } = secretsFrom(environment, vault);
    for (let second = 0; second < 60; second += 1) {
      for (let request = 0; request < 20; request += 1) {
        await secrets.get("notion-token");
        secrets.forget("notion-token", "revoked");
      }
      pass(1_000);
    }

    expect(asked.length).toBeGreaterThanOrEqual(6);
    expect(asked.length).toBeLessThanOrEqual(8);
    state.values = { "notion-token": "new" };
    pass(10_000);
    secrets.forget("notion-token", "revoked");
    expect(await secrets.get("notion-token")).toBe("new");
  });

  test("asks a vault that failed again after 10 seconds, not for each who wants the secret", async () => {
    const { vault, asked, state } = aVault({ "notion-token": "n" });
    const { secrets, pass } = secretsFrom(environment, vault);
    state.failure = Object.assign(new Error("down"), { statusCode: 503 });
    await failureOf(secrets.get("notion-token"));
    await failureOf(secrets.get("notion-token"));
    state.failure = undefined;
    pass(10_000);

    expect(await secrets.get("notion-token")).toBe("n");
    expect(asked).toHaveLength(2);
  });

  test("says how to set a secret that the vault does not have", async () => {
    const failure = await failureOf(secretsFrom(environment, aVault({}).vault).secrets.get("marker-keys"));

    expect(failure.code).toBe("missing");
    expect(failure.message).toContain(`The vault ${VAULT} has no secret "marker-keys".`);
    expect(failure.message).toContain("az keyvault secret set --vault-name acme --name marker-keys");
  });

  test("takes a blank secret for none", async () => {
    const failure = await failureOf(
      secretsFrom(environment, aVault({ "notion-token": " \n" }).vault).secrets.get("notion-token"),
    );

    expect(failure.code).toBe("missing");
  });

  test.each([
    { status: 403, says: "role Key Vault Secrets User" },
    { status: 401, says: "role Key Vault Secrets User" },
    { status: 503, says: "firewall" },
    { status: undefined, says: "firewall" },
  ])("says what to do about status $status, and passes nothing of the vault's message on", async ({ status, says }) => {
    const { vault, state } = aVault({});
    state.failure = Object.assign(new Error("value=s3cr3t"), status === undefined ? {} : { statusCode: status });
    const failure = await failureOf(secretsFrom(environment, vault).secrets.get("github-token"));

    expect(failure.code).toBe("unavailable");
    expect(failure.message).toContain(`"github-token" cannot be read from the vault ${VAULT}`);
    expect(failure.message).toContain(says);
    expect(inspect(failure, { depth: 9 })).not.toContain("s3cr3t");
  });

  test("refuses marker keys that are too short, without showing them", async () => {
    const failure = await failureOf(
      secretsFrom(environment, aVault({ "marker-keys": "tooshort" }).vault).secrets.getList("marker-keys"),
    );

    expect(failure.message).toContain("Key 1 of 1 has fewer than 32 characters.");
    expect(failure.message).not.toContain("tooshort");
  });

  test.each([
    { status: 403, code: "SecretNotYetValid", says: "not valid yet" },
    { status: 403, code: "SecretExpired", says: "expired" },
    { status: 403, code: "SecretDisabled", says: "enable it" },
    { status: 403, code: "ForbiddenByFirewall", says: "firewall" },
    { status: 403, code: "ForbiddenByConnection", says: "firewall" },
    { status: 403, code: "ForbiddenByRbac", says: "role Key Vault Secrets User" },
  ])("tells why the vault forbids it by $code", async ({ status, code, says }) => {
    const { vault, state } = aVault({});
    state.failure = Object.assign(new Error("no"), { statusCode: status, details: { error: { innererror: { code } } } });
    const { message } = await failureOf(secretsFrom(environment, vault).secrets.get("github-token"));

    expect(message).toContain(says);
    expect(message.includes("role Key Vault")).toBe(code === "ForbiddenByRbac");
  });

  test.each([
    { what: "a line break", value: "ghp_first\nghp_second" },
    { what: "a space", value: "ghp_a b" },
    { what: "a character that no header takes", value: "ghp_„quoted“" },
  ])("refuses a token with $what, without showing it", async ({ value }) => {
    const { vault } = aVault({ "github-token": value, "notion-token": value });
    const { secrets } = secretsFrom(environment, vault);
    for (const name of ["github-token", "notion-token"] as const) {
      const failure = await failureOf(secrets.get(name));

      expect(failure.code).toBe("unavailable");
      expect(failure.message).toContain("more than one token");
      expect(failure.message).not.toContain("ghp_");
    }
  });

  test.each([
    ["\uFEFFntn_token\r\n", "ntn_token"],
    ["  ntn_token\n\n", "ntn_token"],
  ])("takes %j, as an editor may have saved it, for the token that it is", async (value, token) => {
    expect(await secretsFrom(environment, aVault({ "notion-token": value }).vault).secrets.get("notion-token")).toBe(token);
  });

  test.each([["new,old"], [" new , old ,"], ["new\nold\n"], ["new,\r\nold\r\n"], ["\uFEFFnew\r\n\r\nold"]])(
    "takes %j for two webhook secrets",
    async (value) => {
      const { vault } = aVault({ "github-webhook-secrets": value });

      expect(await secretsFrom(environment, vault).secrets.getList("github-webhook-secrets")).toEqual(["new", "old"]);
    },
  );

  test("gives an App's key with real line breaks", async () => {
    const { vault } = aVault({ "github-app-private-key": "-----BEGIN\\nx\\n" });

    expect(await secretsFrom(environment, vault).secrets.get("github-app-private-key")).toBe("-----BEGIN\nx\n");
  });
});

describe("loading config/", () => {
  test("loads the Azure SDKs only when a vault is opened, and stays small", async () => {
    const { metafile } = await build({
      stdin: {
        contents: 'export * from "./read-config.ts"; export * from "./secrets.ts";',
        resolveDir: fileURLToPath(new URL("../../config", import.meta.url)),
      },
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      write: false,
      metafile: true,
      external: ["@azure/*"],
    });
    const azure = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ path }) => path.startsWith("@azure/")),
    );

    expect(azure.map(({ path, kind }) => [path, kind])).toEqual([
      ["@azure/identity", "dynamic-import"],
      ["@azure/keyvault-secrets", "dynamic-import"],
    ]);
    // zod whole is 440 KB; see the figure for the bundle in the design, section 9.
    expect(Object.values(metafile.outputs)[0]?.bytes).toBeLessThan(80_000);
  });
});
