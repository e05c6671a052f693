// Runs the Bicep CLI once for all tests of infra/: each call takes about two seconds.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { findBicep } from "./bicep-cli.ts";
import type { Bicep, Printed } from "./bicep-cli.ts";
import { CASES, type CaseName } from "./cases.ts";
import { breakTemplate } from "./mutations.ts";

/** A resource as Azure would be asked for it. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/** What a deployment would make and say. */
export interface Snapshot {
  readonly predictedResources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** All that the Bicep CLI says about infra/. */
export interface Answers {
  readonly lint: readonly { readonly file: string; readonly printed: Printed }[];
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
const AT_A_TIME = 2;

export async function setup({ provide }: TestProject): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "notion-sync-infra-"));
  try {
    provide("bicep", { answers: await ask(await findBicep(), scratch) });
  } catch (error) {
    // The tests of infra/ fail with it, and no others.
    provide("bicep", { problem: error instanceof Error ? error.message : String(error) });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function ask(call: Bicep, scratch: string): Promise<Answers> {
  const bicep = atMost(AT_A_TIME, call);
  const copy = (name: string): string => {
    cpSync(infra, join(scratch, name), { recursive: true });
    return join(scratch, name);
  };
  const sources = readdirSync(infra, { recursive: true, encoding: "utf8" }).filter((file) => /\.bicep(param)?$/.test(file));
  const entries = sources.filter((file) => !/[\\/]/.test(file));
  const [lint, unformatted, template, predicted] = await Promise.all([
    Promise.all(entries.map(async (file) => ({ file, printed: await bicep(["lint", file], infra) }))),
    findUnformatted(bicep, copy("format"), sources),
    bicep(["build", "main.bicep", "--stdout"], infra).then((built) => JSON.parse(succeeded(built, "build").stdout) as unknown),
    Promise.all([
      ...Object.entries(CASES).map(async ([name, text]) => [name, await predict(bicep, copy(name), text)] as const),
      predictBroken(bicep, copy("broken")),
    ]),
  ]);
  return { lint, unformatted, template, snapshots: Object.fromEntries(predicted) as Answers["snapshots"] };
}

async function findUnformatted(bicep: Bicep, folder: string, sources: readonly string[]): Promise<readonly string[]> {
  succeeded(await bicep(["format", "--pattern", "**/*.bicep*"], folder), "format");
  return sources.filter((file) => readFileSync(join(folder, file), "utf8") !== readFileSync(join(infra, file), "utf8"));
}

async function predictBroken(bicep: Bicep, folder: string): Promise<readonly ["broken", Snapshot]> {
  breakTemplate(folder);
  return ["broken", await predict(bicep, folder, CASES.plain)];
}

async function predict(bicep: Bicep, folder: string, parameters: string): Promise<Snapshot> {
  writeFileSync(join(folder, "case.bicepparam"), parameters);
  const where = [
    "--subscription-id",
    "11111111-1111-4111-8111-111111111111",
    "--tenant-id",
    "22222222-2222-4222-8222-222222222222",
  ];
  const placed = parameters.includes("'resources.bicep'") ? ["--resource-group", "rg-given"] : [];
  const printed = await bicep(
    [
      "snapshot",
      "case.bicepparam",
      "--mode",
      "overwrite",
      ...where,
      "--location",
      "westeurope",
      "--deployment-name",
      "d",
      ...placed,
    ],
    folder,
  );
  succeeded(printed, "snapshot");
  return JSON.parse(readFileSync(join(folder, "case.snapshot.json"), "utf8")) as Snapshot;
}

function succeeded(printed: Printed, what: string): Printed {
  if (printed.code === 0) return printed;
  throw new Error(`bicep ${what} ended with ${printed.code}:\n${printed.stdout}${printed.stderr}`);
}

/** Lets at most so many calls run at once; the others wait for their turn. */
function atMost(limit: number, call: Bicep): Bicep {
  const running = new Set<Promise<Printed>>();
  return async (args, cwd) => {
    while (running.size >= limit) await Promise.race(running);
    const turn = call(args, cwd).finally(() => running.delete(turn));
    running.add(turn);
    return turn;
  };
}
