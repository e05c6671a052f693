// `npm start`: Azurite, both simulators and the app on the local host, on one machine and with no account.
import { resolve } from "node:path";
import { formatAccount } from "./start/account.ts";
import { toAppSettings, withoutAppSettings } from "./start/app-settings.ts";
import type { Program } from "./start/child.ts";
import { waitForHealth } from "./start/health.ts";
import { parseStartOptions, type StartOptions } from "./start/options.ts";
import { claimPorts } from "./start/ports.ts";
import { azurite, coreTools, findCoreTools, githubSimulator, localHost, notionSimulator } from "./start/programs.ts";
import { createSession } from "./start/session.ts";
import { StartError } from "./start/start-error.ts";
import { openStateFolder } from "./start/state-folder.ts";

const CORE_TOOLS_GRACE_MS = 10_000; // ms; their host answers before it has loaded the app
const root = resolve(import.meta.dirname, "..");

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const printError = (line: string): void => void process.stderr.write(`\nnotion-sync: ${line}\n`);
// Whoever read the output is gone; that alone is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

async function run(options: StartOptions): Promise<number> {
  if (options.coreTools) findCoreTools(process.env["PATH"] ?? "");
  const state = openStateFolder(options.stateFolder, options.fresh);
  const ports = await claimPorts(options.ports);
  const session = createSession(state.logs, print);
  const settings = toAppSettings(process.env, ports, state.secrets);
  const context = { root, ports, state, environment: withoutAppSettings(process.env, settings) };
  const startedMs = performance.now();
  const start = async (program: Program, place: string): Promise<void> => {
    await session.start(program);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    print(`  ${program.title.replace(/^the /, "").padEnd(18)}${place.padEnd(46)}${seconds.padStart(5)} s`);
  };
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  print("Starting, all on 127.0.0.1 …");
  try {
    const { AZURITE_BLOB_PORT: blob, AZURITE_QUEUE_PORT: queue, AZURITE_TABLE_PORT: table } = ports;
    await Promise.all([
      start(azurite(context), `ports ${blob} (blobs), ${queue} (queues), ${table} (tables)`),
      start(notionSimulator(context), at(ports.NOTION_SIM_PORT)),
      start(githubSimulator(context), at(ports.GITHUB_SIM_PORT)),
    ]);
    const app = options.coreTools ? coreTools(context, settings) : localHost(context, settings);
    await start(app, at(ports.APP_PORT));
    const graceMs = options.coreTools ? CORE_TOOLS_GRACE_MS : 0;
    const health = await waitForHealth(`${at(ports.APP_PORT)}/api/health`, graceMs, session.signal);
    const configPath = settings["SYNC_CONFIG"] ?? "";
    print(
      health === "healthy"
        ? `\n${formatAccount({ root, stateFolder: options.stateFolder, ports, configPath })}`
        : `\nThe app is ${health === "absent" ? "not complete" : "not well and answers 503"}: mend what is said above, end this with Ctrl-C and start again. Its log: ${state.logs}`,
    );
    await session.over();
    return await session.end();
  } catch (error) {
    const isStopped = session.signal.aborted;
    const exitCode = await session.end();
    if (isStopped) return exitCode;
    throw error;
  } finally {
    state.release();
  }
}

try {
  const options = parseStartOptions(process.argv.slice(2), process.env, root);
  if ("help" in options) print(options.help);
  else process.exitCode = await run(options);
} catch (error) {
  if (error instanceof StartError) printError(error.message);
  else printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
process.exit();
