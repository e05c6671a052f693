// Asks the Bicep CLI once for all tests of infra/.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { findBicep, runBicep } from "./bicep-cli.ts";
import type { Printed } from "./bicep-cli.ts";
import { openSession } from "./bicep-session.ts";
import type { BicepSession } from "./bicep-session.ts";
import { CASES, type CaseName } from "./cases.ts";
import { breakTemplate } from "./mutations.ts";

/** A resource as Azure would be asked for it. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/** What a deployment would make, and its outputs; what is known only to Azure is an expression in brackets. */
export interface Snapshot {
  readonly predictedResources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** All that the Bicep CLI says about infra/. */
export interface Answers {
  readonly lint: Printed;
  /** The same of a copy with a property misspelt, which Bicep takes for a warning. */
  readonly lintOfMisspelt: Printed;
  /** The files that `bicep format` would write otherwise. */
  readonly unformatted: readonly string[];
  /** ARM template of main.bicep, with that of its modules in it. */
  readonly template: unknown;
  readonly snapshots: Readonly<Record<CaseName | "broken", Snapshot>>;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** What the Bicep CLI said, or why it could not be asked. */
    readonly bicep?: { readonly answers: Answers } | { readonly problem: string };
  }
}

const infra = resolve(import.meta.dirname, "../../infra");
const TENANT = "22222222-2222-4222-8222-222222222222";
const SUBSCRIPTION = "11111111-1111-4111-8111-111111111111";

export async function setup({ provide }: TestProject): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "notion-sync-infra-"));
  try {
    provide("bicep", { answers: await askAll(await findBicep(), scratch) });
  } catch (error) {
    // The tests of infra/ fail with it, and no others.
    provide("bicep", { problem: error instanceof Error ? error.message : String(error) });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function askAll(program: string, scratch: string): Promise<Answers> {
  const copy = (name: string): string => {
    cpSync(infra, join(scratch, name), { recursive: true });
    return join(scratch, name);
  };
  const lint = (folder: string) => runBicep(program, ["lint", "--pattern", "**/*.bicep*"], folder);
  const session = openSession(program);
  try {
    const template = await build(session);
    const [own, misspelt, unformatted, ...predicted] = await Promise.all([
      lint(infra),
      lint(misspell(copy("misspelt"))),
      findUnformatted(session),
      ...Object.entries(CASES).map(async ([name, text]) => [name, await predict(session, copy(name), text)] as const),
      predictBroken(session, copy("broken")),
    ]);
    const snapshots = Object.fromEntries(predicted) as Answers["snapshots"];
    return { lint: own, lintOfMisspelt: misspelt, unformatted, template, snapshots };
  } finally {
    session.close();
  }
}

async function build(session: BicepSession): Promise<unknown> {
  const built = (await session.ask("bicep/compile", { path: join(infra, "main.bicep") })) as {
    readonly contents?: string;
    readonly diagnostics: readonly unknown[];
  };
  if (built.contents === undefined) throw new Error(`main.bicep does not compile: ${JSON.stringify(built.diagnostics)}`);
  return JSON.parse(built.contents) as unknown;
}

function misspell(folder: string): string {
  const path = join(folder, "modules/app.bicep");
  writeFileSync(path, readFileSync(path, "utf8").replace("tier: 'FlexConsumption'", "teir: 'FlexConsumption'"));
  return folder;
}

async function findUnformatted(session: BicepSession): Promise<readonly string[]> {
  const files = readdirSync(infra, { recursive: true, encoding: "utf8" }).filter((file) => /\.bicep(param)?$/.test(file));
  const asked = files.map(async (file) => {
    const path = join(infra, file);
    const { contents } = (await session.ask("bicep/format", { path })) as { readonly contents: string };
    return contents === readFileSync(path, "utf8") ? [] : [file];
  });
  return (await Promise.all(asked)).flat();
}

async function predictBroken(session: BicepSession, folder: string): Promise<readonly ["broken", Snapshot]> {
  breakTemplate(folder);
  return ["broken", await predict(session, folder, CASES.plain)];
}

async function predict(session: BicepSession, folder: string, parameters: string): Promise<Snapshot> {
  const path = join(folder, "case.bicepparam");
  writeFileSync(path, parameters);
  const inGroup = parameters.includes("'resources.bicep'");
  const place = { tenantId: TENANT, subscriptionId: SUBSCRIPTION, location: "westeurope", deploymentName: "d" };
  const metadata = { ...place, ...(inGroup && { resourceGroup: "rg-given" }) };
  const answer = (await session.ask("bicep/getSnapshot", { path, metadata })) as { readonly snapshot: string };
  return JSON.parse(answer.snapshot) as Snapshot;
}
