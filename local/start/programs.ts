import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Program } from "./child.ts";
import type { Ports } from "./ports.ts";
import { StartError } from "./start-error.ts";
import type { StateFolder } from "./state-folder.ts";

/** What all programs are made from. */
export interface ProgramContext {
  /** Folder of the project. */
  readonly root: string;
  readonly ports: Ports;
  readonly state: StateFolder;
  /** Holds no setting of the app. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type NodeProgram = Pick<Program, "name" | "title" | "args" | "isReady">;

const LEASH = pathToFileURL(join(import.meta.dirname, "leash.ts")).href;
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning", "--no-deprecation", `--import=${LEASH}`];

const toProgram = (context: ProgramContext, program: NodeProgram): Program => ({
  ...program,
  command: process.execPath,
  args: [...NODE_FLAGS, ...program.args],
  cwd: context.root,
  environment: context.environment,
  leashed: true,
});

const isReadyLine = (line: string): boolean => line.startsWith('{"ready":true');

/** Azurite with all three services; it saves its data every few seconds and when it is ended. */
export function azurite(context: ProgramContext): Program {
  const { ports, state } = context;
  const services = { blob: ports.AZURITE_BLOB_PORT, queue: ports.AZURITE_QUEUE_PORT, table: ports.AZURITE_TABLE_PORT };
  const addresses = Object.entries(services).flatMap(([service, port]) => [
    `--${service}Host=127.0.0.1`,
    `--${service}Port=${port}`,
  ]);
  const entry = join(context.root, "node_modules/azurite/dist/src/azurite.js");
  return toProgram(context, {
    name: "azurite",
    title: "Azurite",
    args: [entry, `--location=${state.azurite}`, ...addresses, "--disableTelemetry", "--skipApiVersionCheck", "--silent"],
    isReady: (line) => line.includes("Table service is successfully listening"), // the last of the three
  });
}

const webhookUrl = (ports: Ports, vendor: string): string => `http://127.0.0.1:${ports.APP_PORT}/api/webhooks/${vendor}`;

/** The Notion simulator, which signs its webhooks and sends them to the app. */
export function notionSimulator(context: ProgramContext): Program {
  const { ports, state } = context;
  return toProgram(context, {
    name: "notion",
    title: "the Notion simulator",
    args: [
      "local/notion-api/main.ts",
      ...["--port", String(ports.NOTION_SIM_PORT), "--data", state.notionData],
      ...["--webhook-url", webhookUrl(ports, "notion"), "--webhook-secret", state.secrets.notionWebhook],
    ],
    isReady: isReadyLine,
  });
}

/** The GitHub simulator, which signs its webhooks and sends them to the app. */
export function githubSimulator(context: ProgramContext): Program {
  const { ports, state } = context;
  return toProgram(context, {
    name: "github",
    title: "the GitHub simulator",
    args: [
      "local/github-api/main.ts",
      ...["--port", String(ports.GITHUB_SIM_PORT), "--data", state.githubData],
      ...["--webhook-url", webhookUrl(ports, "github"), "--webhook-secret", state.secrets.githubWebhook],
    ],
    isReady: isReadyLine,
  });
}

/** The app on the local host. */
export function localHost(context: ProgramContext, appSettings: Readonly<Record<string, string>>): Program {
  const { root, ports, state } = context;
  const args = ["local/host/main.ts", "--app", root, "--port", String(ports.APP_PORT), "--data", state.hostData];
  const program = toProgram(context, { name: "app", title: "the app", args, isReady: isReadyLine });
  return { ...program, environment: { ...context.environment, ...appSettings } };
}

/**
 * The app on Azure Functions Core Tools.
 *
 * @throws StartError that says how to install them, when `func` is not on the path.
 */
export function coreTools(context: ProgramContext, appSettings: Readonly<Record<string, string>>): Program {
  return {
    name: "app",
    title: "the app",
    command: findCoreTools(context.environment["PATH"] ?? ""),
    args: ["start", "--port", String(context.ports.APP_PORT)],
    cwd: context.root,
    environment: { ...context.environment, ...appSettings, FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT: "1" },
    leashed: false,
  };
}

/**
 * Finds `func`.
 *
 * @throws StartError when it is not on the path.
 */
export function findCoreTools(path: string): string {
  const name = process.platform === "win32" ? "func.exe" : "func";
  const folder = path.split(delimiter).find((candidate) => candidate !== "" && existsSync(join(candidate, name)));
  if (folder !== undefined) return join(folder, name);
  throw new StartError(
    "Azure Functions Core Tools (`func`) are not on the path: install them with `npm install -g azure-functions-core-tools@4`, see https://learn.microsoft.com/azure/azure-functions/functions-run-local, or use `npm start`, which does not need them.",
  );
}
