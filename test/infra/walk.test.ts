// The README's "Deploy" and docs/deployment.md, walked through command by command, with stand-ins for what needs an account.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { NAMED_SECRETS } from "../../config/secret-settings.ts";
import { answers, environmentOf, valueAt } from "./predicted.ts";
import { loadBundle, routesOf } from "./registered.ts";
import { makeStandIns, quote, readCalls, type Call } from "./stand-in.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const guide = readFileSync(join(ROOT, "docs/deployment.md"), "utf8");
const [, short = ""] = /\n## Deploy\n([\s\S]*?)\n## /.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
const { template, snapshots } = answers();
const parameters = valueAt(template, "parameters") as Readonly<Record<string, { readonly defaultValue?: unknown }>>;

const URL = "https://func-notionsync-x.azurewebsites.net";
/** What the deployment says, with what only Azure knows made up. */
const outputs = Object.fromEntries(
  Object.entries(snapshots.plain.outputs).map(([name, value]) => [
    name,
    String(value).startsWith("[") ? `${URL}${/'\{0\}(\/[^']+)'/.exec(String(value))?.[1] ?? ""}` : String(value),
  ]),
);

/** What people type where `put` asks, in the order of the guide. */
const TYPED = {
  "notion-token": "ntn_walked",
  "github-token": "github_pat_walked",
  "github-webhook-secrets": "abc",
  "notion-webhook-secrets": "secret_walked",
};
const PRIVATE_KEY = "-----BEGIN RSA PRIVATE KEY-----\nwalked\n-----END RSA PRIVATE KEY-----\n";

const root = mkdtempSync(join(tmpdir(), "notion-sync-walk-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const optionOf = ({ words }: Call, name: string) => words[words.indexOf(name) + 1] ?? "";

/**
 * How a reader runs the blocks: line by line, or pasted into a shell that takes each line as it comes. In the latter, what asks for a
 * value is given the next line of its own block, if there is one.
 */
type Way = "typed" | "pasted";

/** Runs every block of a text in one shell, as a reader would. */
function walk(text: string, name: string, way: Way): { readonly calls: readonly Call[]; readonly printed: string } {
  const folder = join(root, `${name}-${way}`);
  mkdirSync(folder);
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const commands = join(folder, "commands");
  const shown = Object.entries(outputs).map(([name, value]): [string, string] => [
    `az deployment sub show --name notion-sync --query properties.outputs.${name}.value --output tsv`,
    `echo ${quote(value)}`,
  ]);
  makeStandIns(commands, ["az", "func", "npm", "curl", "git"], {
    ...Object.fromEntries(shown),
    "az bicep upgrade": ":",
    "az ad signed-in-user show --query id --output tsv": "echo 33333333-3333-4333-8333-333333333333",
    "az deployment sub create": ":",
    "az keyvault secret set": ":",
    "az keyvault recover": ":",
    "az functionapp keys list": "echo the-app-key",
    "az group delete": "read -r answer || :", // it asks whether one is sure
    "az deployment sub delete": ":",
    "az group create": ":",
    "func azure functionapp publish": ":",
    "npm run package": "mkdir -p dist/app",
    "git pull": ":",
    "curl ": "echo {}",
  });
  cpSync(join(ROOT, "infra"), join(folder, "infra"), { recursive: true });
  writeFileSync(join(folder, "my-app.private-key.pem"), PRIVATE_KEY);
  const [command, input] =
    way === "typed"
      ? [`{ ${blocks.join("\n")}\n} 2>&1`, typedFor(blocks.join(""))]
      : ["exec bash 2>&1", blocks.map((block) => block + typedFor(block)).join("")];
  const printed = execFileSync("sh", ["-c", command], {
    cwd: folder,
    encoding: "utf8",
    input,
    env: { PATH: [commands, process.env["PATH"]].join(delimiter), TMPDIR: folder },
  });
  return { calls: readCalls(commands), printed };
}

/** The lines that are typed after a block: one for each secret that it asks for, and for what it wants to be sure of. */
function typedFor(block: string): string {
  const asked = Object.entries(TYPED).filter(([name]) => new RegExp(`^(put|for) .*\\b${name}\\b`, "m").test(block));
  const sure = /^az group delete\b/m.test(block) ? ["y"] : [];
  return [...asked.map(([, value]) => value), ...sure].map((line) => `${line}\n`).join("");
}

describe.each<readonly [string, Way, string]>([
  ["docs/deployment.md", "typed", guide],
  ["docs/deployment.md", "pasted", guide],
  ["the README", "typed", short],
  ["the README", "pasted", short],
])("the commands of %s, %s", (where, way, text) => {
  const { calls, printed } = walk(text, where === "the README" ? "short" : "long", way);
  const callsOf = (start: string) => calls.filter(({ words }) => words.join(" ").startsWith(start));

  test("all find what they ask for", () => {
    expect(printed).not.toContain("nobody said");
    expect(printed).not.toContain("not found");
    expect(printed).toContain(outputs["githubWebhookUrl"]);
  });

  test("deploy a template that is there, with a file of parameters that is made from ours", () => {
    const deployments = callsOf("az deployment sub create");

    expect(deployments).toHaveLength(1);
    for (const call of deployments) {
      expect(existsSync(join(ROOT, optionOf(call, "--template-file")))).toBe(true);
      const file = readFileSync(resolve(call.cwd, optionOf(call, "--parameters")), "utf8");
      const given = [...file.matchAll(/^param (\w+)/gm)].map(([, name = ""]) => name);
      expect(given).toEqual(expect.arrayContaining(["alertEmail", "vaultOfficerId", "settings"]));
      expect(given.filter((name) => parameters[name] === undefined)).toEqual([]);
    }
  });

  test("ask for no parameter that has no default", () => {
    expect(Object.entries(parameters).filter(([, { defaultValue }]) => defaultValue === undefined)).toEqual([]);
  });

  test("put every secret but the marker key into the vault that was made, by a file that is gone afterwards", () => {
    const set = callsOf("az keyvault secret set");
    const held = Object.fromEntries(set.map((call) => [optionOf(call, "--name"), call.file]));

    // The README leaves the App to the guide.
    const ofApp = text === guide ? { "github-app-private-key": PRIVATE_KEY } : {};
    expect(held).toEqual({ ...TYPED, ...ofApp });
    expect([...Object.keys(held), "marker-keys", "github-app-private-key"]).toEqual(
      expect.arrayContaining(Object.keys(NAMED_SECRETS)),
    );
    expect(new Set(set.map((call) => optionOf(call, "--vault-name")))).toEqual(new Set([outputs["vaultName"]]));
    expect(
      set.filter((call) => existsSync(resolve(call.cwd, optionOf(call, "--file")))).map((call) => optionOf(call, "--name")),
    ).toEqual(Object.keys(ofApp));
  });

  test("have the mapping paused before the app gets a token, and resumed at the end", () => {
    const steps = calls.map(({ words }) => words.join(" ")).filter((line) => /secret set|\/(pause|plan|resume)$/.test(line));
    const order = steps.map((line) => /\/(pause|plan|resume)$/.exec(line)?.[1] ?? "secret");

    expect(order.filter((step, index) => step !== order[index - 1])).toEqual(["pause", "secret", "plan", "resume"]);
  });

  test("show no secret, on the screen or on a command line", () => {
    const lines = calls.map(({ words }) => words.join(" ")).join("\n");

    for (const secret of [...Object.values(TYPED).filter((value) => value.length > 3), "the-app-key", "PRIVATE KEY"]) {
      expect(lines).not.toContain(secret);
      expect(printed).not.toContain(secret);
    }
    // Azure's command prints the value that it has set, unless told not to.
    expect(callsOf("az keyvault secret set").filter((call) => optionOf(call, "--output") !== "none")).toEqual([]);
  });

  test("publish the staged folder to the app that was made", () => {
    const published = callsOf("func");

    expect(published.length).toBeGreaterThan(0);
    for (const { words, cwd } of published) {
      expect(words.slice(1)).toEqual(["azure", "functionapp", "publish", outputs["appName"], "--javascript"]);
      expect(cwd.endsWith(join("dist", "app"))).toBe(true);
    }
  });

  test("ask routes that the app has, with a key where one is needed", async () => {
    const routes = routesOf(await loadBundle(environmentOf(snapshots.plain)));
    const asked = callsOf("curl").map((call) => ({
      method: call.words.includes("--data") ? "POST" : "GET",
      path: (call.words.at(-1) ?? "").replace(URL, ""),
      authLevel: call.input === "" ? "anonymous" : "function",
    }));

    expect(asked.length).toBeGreaterThan(4);
    // A mapping's name stands where the route has a parameter.
    const known = routes.map((route) => ({ ...route, path: route.path.replace("{name}", "engineering") }));
    expect(known).toEqual(expect.arrayContaining(asked));
    expect(callsOf("curl").flatMap(({ input }) => (input === "" ? [] : [input]))).toEqual(
      asked.filter(({ authLevel }) => authLevel === "function").map(() => "x-functions-key: the-app-key"),
    );
  });

  test("delete, in the guide alone, the group that was made, and recover its vault", () => {
    const ofGuide = (...names: readonly (string | undefined)[]) => (text === guide ? names : []);
    const namesIn = (start: string) => callsOf(start).map((call) => optionOf(call, "--name"));

    expect(namesIn("az group delete")).toEqual(ofGuide(outputs["resourceGroupName"], outputs["resourceGroupName"]));
    expect(namesIn("az deployment sub delete")).toEqual(ofGuide(...namesIn("az deployment sub create")));
    expect(namesIn("az keyvault recover")).toEqual(ofGuide(outputs["vaultName"]));
  });
});

test.each([
  ["docs/deployment.md", guide, "long"],
  ["the README", short, "short"],
])("a secret that is ended by Ctrl-C while it is put into the vault stays in no file (%s)", (_, text, name) => {
  const folder = join(root, `${name}-ended`);
  const [commands, files] = [join(folder, "commands"), join(folder, "files")];
  mkdirSync(files, { recursive: true });
  makeStandIns(commands, ["az"], { "az keyvault secret set": "kill -INT $PPID" });
  const [put = ""] = /^put\(\) \([\s\S]*?^\)$/m.exec(text) ?? [];

  spawnSync("sh", ["-c", `${put}\nput notion-token`], {
    input: "ntn_walked\n",
    env: { PATH: [commands, process.env["PATH"]].join(delimiter), TMPDIR: files, VAULT: "kv-x" },
  });

  expect(readCalls(commands).map(({ file }) => file)).toEqual(["ntn_walked"]);
  expect(readdirSync(files)).toEqual([]);
});

describe("the text of docs/deployment.md", () => {
  test("has a row for each parameter, with its default", () => {
    const rows = new Map(
      [...guide.matchAll(/^\| `(\w+)` \| .* \| ([^|]+) \|$/gm)].map(([, name = "", fallback = ""]) => [name, fallback]),
    );
    const literal = Object.entries(parameters).filter(([, { defaultValue }]) => /^[\w-]+$/.test(String(defaultValue)));

    expect([...rows.keys()].toSorted()).toEqual(Object.keys(parameters).toSorted());
    expect(literal.length).toBeGreaterThan(7);
    for (const [name, { defaultValue }] of literal) expect([name, rows.get(name)]).toEqual([name, `\`${String(defaultValue)}\``]);
  });

  test("names the settings that the template takes", () => {
    const row = /^\| `settings` \|.*$/m.exec(guide)?.[0] ?? "";
    const taken = Object.keys(valueAt(template, "definitions") as object).find((name) => name.endsWith("syncSettings")) ?? "";
    const keys = Object.keys(
      Object((template as { definitions: Record<string, { properties?: object }> }).definitions[taken]?.properties) as object,
    );
    const used = [...(/param settings = (\{[^}]*\})/.exec(guide)?.[1] ?? "").matchAll(/(\w+):/g)].map(([, key = ""]) => key);

    expect(keys.filter((key) => !row.includes(`\`${key}\``))).toEqual([]);
    expect(used).toHaveLength(2);
    expect(used.filter((key) => !keys.includes(key))).toEqual([]);
  });

  test("names only files of infra/ that are there", () => {
    const named = [...guide.matchAll(/\binfra\/[\w./-]+\.\w+/g)].map(([path]) => path);

    const made = "infra/my.bicepparam";

    expect(new Set(named)).toEqual(new Set(["infra/main.bicep", "infra/main.bicepparam", "infra/resources.bicep", made]));
    expect(named.filter((path) => path !== made && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
