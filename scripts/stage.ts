// The folder that is published: the bundle, host.json, the mapping file, and what they need; nothing else.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatProblem } from "../config/problem.ts";
import { readConfig } from "../config/read-config.ts";
import { DEMO_DATA_SOURCE_ID } from "../local/notion-api/seed.ts";

/** What to stage, and where; paths are absolute. */
export interface StageOptions {
  /** Folder of the project, with the built `dist/`. */
  readonly root: string;
  readonly config: string;
  /** What messages call the mapping file. */
  readonly configName: string;
  readonly out: string;
  /** Stages the demo's mapping too, which leads nowhere in Azure. */
  readonly demo: boolean;
  readonly maps: boolean;
}

export interface Staged {
  /** In the order of their names; paths from the folder, with slashes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Names of the mappings. */
  readonly mappings: readonly string[];
}

/** Nothing was staged; the message tells why, and what to do. */
export class StageError extends Error {
  override readonly name = "StageError";
}

const BUNDLE = "dist/index.cjs";
const MAP = "dist/index.cjs.map";
const LICENSES = "dist/THIRD-PARTY-LICENSES.txt";
/** Where the app looks for its mapping file unless `SYNC_CONFIG` says otherwise. */
const MAPPING_FILE = "sync.config.json";
const MAY_BE_THERE: readonly string[] = ["host.json", "package.json", MAPPING_FILE, BUNDLE, MAP, LICENSES];

/**
 * Stages the app; what an earlier call left in the folder is replaced.
 *
 * @throws StageError before anything is written.
 */
export async function stageApp(options: StageOptions): Promise<Staged> {
  const mappings = await checkConfig(options);
  checkOut(options.out);
  const contents = new Map([
    ["host.json", read(options.root, "host.json")],
    ["package.json", Buffer.from(toManifest(read(options.root, "package.json").toString()))],
    [MAPPING_FILE, readFileSync(options.config)],
    ...[BUNDLE, LICENSES, ...(options.maps ? [MAP] : [])].map((path): [string, Buffer] => [path, read(options.root, path)]),
  ]);
  for (const path of MAY_BE_THERE) rmSync(join(options.out, path), { force: true });
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(options.out, path)), { recursive: true });
    writeFileSync(join(options.out, path), content);
  }
  const files = [...contents].map(([path, { length }]) => ({ path, bytes: length }));
  return { files: files.toSorted((left, right) => (left.path < right.path ? -1 : 1)), mappings };
}

async function checkConfig({ config, configName, demo }: StageOptions): Promise<readonly string[]> {
  const parsed = await readConfig(config, configName);
  if ("problems" in parsed) {
    const lines = parsed.problems.map((problem) => `- ${formatProblem(problem)}`);
    throw new StageError(`nothing was staged, because the app would not start with this mapping file:\n${lines.join("\n")}`);
  }
  const { mappings } = parsed.config;
  if (!demo && mappings.some(({ notion }) => notion.dataSourceId === DEMO_DATA_SOURCE_ID)) {
    throw new StageError(
      `nothing was staged, because ${configName} names the data source of the demo, which no Notion has. ` +
        "Write a mapping file for your own data source (docs/configuration.md tells how) and name it with --config, or pass --demo if you mean it.",
    );
  }
  return mappings.map(({ name }) => name);
}

/** Whatever is in the folder is uploaded, so nothing else may be in it. */
function checkOut(out: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory())
    throw new StageError(`nothing was staged, because ${out} is no folder. Name another with --out.`);
  const strangers = listFiles(out).filter((path) => !MAY_BE_THERE.includes(path));
  if (strangers.length === 0) return;
  const shown = [...strangers.slice(0, 5), ...(strangers.length > 5 ? ["…"] : [])].join(", ");
  throw new StageError(
    `nothing was staged, because ${out} holds what would be uploaded too: ${shown}. ` +
      "Move it elsewhere, or name another folder with --out.",
  );
}

/** Files below a folder, as paths from it with slashes. */
export function listFiles(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(folder.length + 1).replaceAll("\\", "/")).toSorted();
}

function read(root: string, path: string): Buffer {
  const file = join(root, path);
  if (!existsSync(file))
    throw new StageError(`nothing was staged, because ${path} is missing. \`npm run package\` builds it first.`);
  return readFileSync(file);
}

/** What the Functions worker reads, and nothing that would make somebody install packages there. */
function toManifest(text: string): string {
  const { name, version, main } = JSON.parse(text) as Readonly<Record<string, string>>;
  return `${JSON.stringify({ name, version, private: true, type: "commonjs", main, engines: { node: ">=22" } }, undefined, 2)}\n`;
}
