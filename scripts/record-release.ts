// `npm run release`: records what this release leaves in an installation, for later ones to be tested against; once, when the version
// is raised. CONTRIBUTING.md tells more.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRegistered } from "../test/support/registered.ts";
import { recordRelease } from "../test/support/release-recording.ts";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
const folder = join(root, "test/fixtures/releases", version);

if (existsSync(folder)) {
  console.error(
    `${folder} is there already: what a release has recorded is not recorded again. Raise the version in package.json first.`,
  );
  process.exit(1);
}
const { histories, rows, values } = await recordRelease();
const registered = await readRegistered();
mkdirSync(folder, { recursive: true });
const toLines = (values: readonly unknown[]): string => `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
writeFileSync(join(folder, "histories.jsonl"), toLines(histories));
writeFileSync(join(folder, "rows.jsonl"), toLines(rows));
writeFileSync(join(folder, "values.json"), `${JSON.stringify(values, undefined, 1)}\n`);
writeFileSync(join(folder, "registered.json"), `${JSON.stringify(registered, undefined, 1)}\n`);
console.log(`Recorded ${histories.length} histories and ${rows.length} rows in ${folder}.`);
process.exit();
