import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parsePorts, type Ports } from "./ports.ts";
import { StartError } from "./start-error.ts";

/** What was asked of `npm start`. */
export interface StartOptions {
  /** Forgets what is in the state folder first. */
  readonly fresh: boolean;
  /** Runs the app on Azure Functions Core Tools instead of the local host. */
  readonly coreTools: boolean;
  /** Absolute. */
  readonly stateFolder: string;
  /** As asked; 0 stands for any that is free. */
  readonly ports: Ports;
}

const USAGE = `npm start -- [options]
  --fresh            forget what earlier starts left, and begin with the seeded boards
  --func             run the app on Azure Functions Core Tools, as npm run start:func does
  --state <folder>   where everything is kept; also the setting LOCAL_STATE; default .local
Ports: APP_PORT, NOTION_SIM_PORT, GITHUB_SIM_PORT, AZURITE_BLOB_PORT, AZURITE_QUEUE_PORT, AZURITE_TABLE_PORT; 0 takes any that is free.`;

/**
 * Reads the command line and the environment.
 *
 * @param root folder of the project, from which the state folder is named.
 * @returns a text to print instead of starting, where one was asked for.
 * @throws StartError that says what cannot be understood, or is not there yet.
 */
export function parseStartOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): StartOptions | { readonly help: string } {
  const values = parseArguments(args);
  if (values.help) return { help: USAGE };
  if (values.live)
    throw new StartError(
      "`npm start -- --live` is not in this version. Without --live everything runs on this machine and needs no account.",
    );
  const state = values.state ?? environment["LOCAL_STATE"]?.trim() ?? "";
  return {
    fresh: values.fresh,
    coreTools: values.func,
    stateFolder: resolve(root, state === "" ? ".local" : state),
    ports: parsePorts(environment),
  };
}

function parseArguments(args: readonly string[]) {
  const off = { type: "boolean", default: false } as const;
  try {
    const options = { fresh: off, func: off, live: off, help: { ...off, short: "h" }, state: { type: "string" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
