// The local host as a program: node local/host/main.ts --app <dir> [--port n] [--data <file>] [--moods all|name,name] [--seed n] [--enable-auth]
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startHost } from "./host.ts";
import { parseMoods } from "./moods.ts";
import { applyLocalSettings } from "./settings.ts";

const DEFAULT_PORT = "7071"; // as Core Tools

const { values } = parseArgs({
  options: {
    app: { type: "string", default: "." },
    port: { type: "string", default: DEFAULT_PORT },
    data: { type: "string" },
    moods: { type: "string", default: "" },
    seed: { type: "string" },
    "enable-auth": { type: "boolean", default: false },
  },
});

const appDirectory = resolve(values.app);
applyLocalSettings(appDirectory);
const moods = parseMoods(values.moods);
const host = await startHost({
  appDirectory,
  port: Number(values.port),
  dataFile: resolve(values.data ?? join(appDirectory, ".local", "host.db")),
  moods: values["enable-auth"] ? { ...moods, keys: true } : moods,
  ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
});
process.stdout.write(`${JSON.stringify({ ready: true, url: host.url, functionKey: host.functionKey })}\n`);

let stopping = false;
const stop = (): void => {
  // A second signal does not wait for what still runs.
  if (stopping) process.exit(1);
  stopping = true;
  void host.close().then(() => process.exit(0));
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
