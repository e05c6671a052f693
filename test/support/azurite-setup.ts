// One Azurite for all scenarios of a project; each world has a table of its own in it.
import type { TestProject } from "vitest/node";
import { startAzurite } from "./azurite.ts";
import type { Azurite } from "./azurite.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the Azurite that worlds keep their tables in. */
    readonly azurite?: string;
  }
}

let azurite: Azurite | undefined;

export async function setup({ provide }: TestProject): Promise<void> {
  azurite = await startAzurite(["table"]);
  provide("azurite", azurite.connectionString);
}

export async function teardown(): Promise<void> {
  await azurite?.close();
}
