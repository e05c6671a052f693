// `npm run package`: stages the built app, with a mapping file that was checked whole, as a folder to publish.
import { Command, Option } from "commander";
import { relative, resolve } from "node:path";
import { StageError, stageApp } from "./stage.ts";
import type { Staged } from "./stage.ts";

const root = resolve(import.meta.dirname, "..");

interface Options {
  readonly config: string;
  readonly out: string;
  readonly demo: boolean;
  readonly maps: boolean;
}

const command = new Command("npm run package --")
  .description("Stages the app, ready to be published to Azure.")
  .addOption(new Option("--config <mapping file>", "the mapping file to publish").env("SYNC_CONFIG").default("sync.config.json"))
  .option("--out <folder>", "where the app is staged", "dist/app")
  .option("--demo", "publish the demo's mapping all the same", false)
  .option("--maps", "publish the source map of the bundle too", false)
  .allowExcessArguments(false)
  .parse();
const { config, out, demo, maps } = command.opts<Options>();

try {
  const staged = await stageApp({ root, config: resolve(config), configName: config, out: resolve(out), demo, maps });
  console.log(describe(staged));
} catch (error) {
  if (!(error instanceof StageError)) throw error;
  console.error(`notion-sync: ${error.message}`);
  process.exitCode = 1;
}

function describe({ files, mappings }: Staged): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const folder = relative(process.cwd(), resolve(out)) || ".";
  return [
    `Staged in ${folder}, ${(total / 1024 / 1024).toFixed(1)} MB, with the mapping file ${config} (${mappings.join(", ")}):`,
    ...files.map(({ path }) => `  ${path}`),
    "",
    "Next, with Azure Functions Core Tools and the name of the app that the deployment made:",
    `  cd ${folder} && func azure functionapp publish <app name> --javascript`,
    "",
    "--javascript names the language, which Core Tools would else look for in a local.settings.json that is not published.",
    "All that is in the folder is uploaded, and replaces what the app ran before.",
  ].join("\n");
}
