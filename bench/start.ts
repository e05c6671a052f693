// Figures of a start: the size of the bundle, and how long its modules take to load against the same product unbundled.
import { transform } from "esbuild";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const RUNS = 5;
const FOLDERS = ["activities", "config", "functions", "github", "markdown", "notion", "orchestrators", "storage", "sync"];

/** What a start takes. */
export interface StartFigures {
  readonly bundleBytes: number;
  /** Processor time, which other work on the machine does not stretch; medians of five fresh processes each. */
  readonly bundledMs: number;
  readonly unbundledMs: number;
  /** Whether the bundle loads code of `@azure/identity` or `@azure/keyvault-secrets` at its start. */
  readonly loadsIdentity: boolean;
}

/** Measures the built bundle and an unbundled variant that is made in a temporary folder; each in processes of its own. */
export async function benchStart(): Promise<StartFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    const bundle = join(root, "dist/index.cjs");
    const unbundled = await writeUnbundled(folder);
    const bundledMs: number[] = [];
    const unbundledMs: number[] = [];
    // One of each is not counted: it fills the file cache. They take turns, so that a busy moment meets both.
    for (let run = 0; run <= RUNS; run += 1) {
      const times = [await timeLoad(bundle), await timeLoad(unbundled)] as const;
      if (run === 0) continue;
      bundledMs.push(times[0]);
      unbundledMs.push(times[1]);
    }
    return {
      bundleBytes: statSync(bundle).size,
      bundledMs: median(bundledMs),
      unbundledMs: median(unbundledMs),
      loadsIdentity: await loadsIdentity(unbundled),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Transpiles each file of the product on its own; packages stay where they are installed. */
async function writeUnbundled(folder: string): Promise<string> {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  const top = readdirSync(root).filter((name) => name.endsWith(".ts") && !name.endsWith(".config.ts"));
  const nested = FOLDERS.flatMap((name) => {
    const files = readdirSync(join(root, name), { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith(".ts")).map((file) => join(name, file));
  });
  for (const file of [...top, ...nested]) {
    const { code } = await transform(readFileSync(join(root, file), "utf8"), {
      loader: "ts",
      format: "cjs",
      platform: "node",
      target: "node22",
      define: { "import.meta.dirname": "__dirname" },
    });
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code.replaceAll(/\b(require|import)\("(\.[^"]*)\.ts"\)/g, '$1("$2.js")'));
  }
  return join(folder, "index.js");
}

function timeLoad(file: string): Promise<number> {
  const script = `const before = process.cpuUsage(); require(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(before); took((user + system) / 1000);`;
  return runNode(script).then(Number);
}

async function loadsIdentity(file: string): Promise<boolean> {
  const script = `require(${JSON.stringify(file)}); took(Object.keys(require.cache).filter((at) => /@azure.(identity|keyvault)/.test(at)).length);`;
  return Number(await runNode(script)) > 0;
}

/** Runs a script in a process of its own, and gives what it told by `took`. */
function runNode(script: string): Promise<string> {
  const code = `const took = (value) => { require("node:fs").writeSync(3, String(value)); process.exit(); }; ${script}`;
  const child = spawn(process.execPath, ["-e", code], { cwd: root, stdio: ["ignore", "ignore", "ignore", "pipe"] });
  return new Promise((done, fail) => {
    let text = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.once("error", fail);
    child.once("close", () => {
      if (text === "") fail(new Error("the process told nothing"));
      else done(text);
    });
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
