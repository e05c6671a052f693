// The licences of the packages in the bundle: most of them ask that their text goes wherever their code goes.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: string | { readonly url?: string };
}

/**
 * Writes the notices of all packages that files of a bundle come from, in the order of their names.
 *
 * @param root Folder of the project.
 * @param inputs Paths from there, with slashes, as esbuild's metafile names them.
 */
export function writeNotices(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? []));
  const notices = [...folders].map((folder) => writeNotice(join(root, folder)));
  const head = "This app holds code of the packages below, under their own licences.\n";
  return [head, ...[...new Set(notices)].toSorted()].join(`\n${"-".repeat(80)}\n\n`);
}

function writeNotice(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version, license = "see its repository", repository } = manifest;
  const address = typeof repository === "object" ? (repository.url ?? "") : (repository ?? "");
  const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return `${[`${name} ${version}\nLicence: ${license}\n${address}`.trim(), ...texts].join("\n\n")}\n`;
}
