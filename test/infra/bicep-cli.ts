// Finds the Bicep CLI on this machine, or restores it once from NuGet.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = resolve(dirname(import.meta.filename), "../..");
const project = join(import.meta.dirname, "bicep-cli/bicep.csproj");
const MACHINE: { readonly env: NodeJS.ProcessEnv; readonly cache: string } = {
  env: process.env,
  cache: join(root, "node_modules/.cache/bicep"),
};
/** `bicep snapshot` is there from 0.41 on, `@onlyIfNotExists` from 0.38 on. */
const LEAST = [0, 41];
const RESTORE_LIMIT_MS = 5 * 60_000;

/** What a command printed. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The path of `bicep`: on the path, or the one that `az bicep install` brings, or the one of bicep.csproj, restored once.
 *
 * @param env Of the process, for its `PATH`.
 * @param cache Folder that NuGet restores into, and that needs no network once it has been.
 * @throws Error which says how to get the CLI.
 */
export async function findBicep({ env, cache } = MACHINE): Promise<string> {
  const name = process.platform === "win32" ? "bicep.exe" : "bicep";
  const azure = join(env["AZURE_CONFIG_DIR"] ?? join(homedir(), ".azure"), "bin");
  const folders = [...(env["PATH"] ?? "").split(delimiter), azure];
  for (const program of folders.map((folder) => join(folder, name))) {
    if (existsSync(program) && (await isUsable(program))) return program;
  }
  const restored = await restore(env, cache);
  if (await isUsable(restored)) return restored;
  throw new Error(advice(`${restored} does not run here.`));
}

async function isUsable(program: string): Promise<boolean> {
  const { stdout } = await runBicep(program, ["--version"], root);
  const version = /\b(\d+)\.(\d+)\.\d+\b/.exec(stdout);
  if (version === null) return false;
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Runs the CLI in a folder and waits until it ends. */
export async function runBicep(program: string, args: readonly string[], cwd: string): Promise<Printed> {
  try {
    return { code: 0, ...(await run(program, args, { cwd })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code: typeof code === "number" ? code : 1, stdout: stdout ?? "", stderr: stderr ?? String(error) };
  }
}

/** Asks NuGet only when the package is not there yet; its last file says that it is there whole. */
async function restore(env: NodeJS.ProcessEnv, cache: string): Promise<string> {
  const [, id = "", version = ""] = /Include="([^"]+)" Version="\[([^\]]+)\]"/.exec(readFileSync(project, "utf8")) ?? [];
  const folder = join(cache, id.toLowerCase(), version);
  const program = join(folder, "tools/bicep");
  if (existsSync(join(folder, ".nupkg.metadata"))) return program;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(advice(`The package of NuGet is for Linux on x64, and this is ${process.platform} on ${process.arch}.`));
  }
  try {
    await run("dotnet", ["restore", project, "--packages", cache, `-p:MSBuildProjectExtensionsPath=${cache}/project/`], {
      cwd: root,
      timeout: RESTORE_LIMIT_MS,
      env: { ...env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" },
    });
  } catch (error) {
    const { stdout, code } = error as { stdout?: string; code?: unknown };
    throw new Error(advice(code === "ENOENT" ? "There is no .NET SDK to restore it with." : (stdout ?? String(error))), {
      cause: error,
    });
  }
  return program;
}

function advice(reason: string): string {
  return (
    `The tests of infra/ need the Bicep CLI, ${LEAST.join(".")} or newer. ${reason.trim()}\n` +
    "Get it with `az bicep install` or from https://github.com/Azure/bicep/releases and put it on the path; " +
    "or install the .NET SDK, and it is restored from NuGet (Linux on x64).\n" +
    "To run all other tests without it: npm test -- --project '!infra'"
  );
}
