// `npm run audit`: asks the registry for known weaknesses of the locked packages, by npm's own audit.
// Ends with 0: none that counts; 1: some; 2: nobody knows, because the registry was not asked or did not answer.
import Table from "cli-table3";
import { spawnSync } from "node:child_process";
import type { SpawnSyncOptionsWithStringEncoding } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseAuditReport, isAtLeast, toFixed } from "./audit-report.ts";
import type { Severity, Weakness } from "./audit-report.ts";

/** What runs in Azure is held to more than what only tests and builds it. */
const LEAST_IN_BUNDLE: Severity = "moderate";
const LEAST_ELSEWHERE: Severity = "high";

const UNKNOWN = 2;
const root = resolve(import.meta.dirname, "..");

// Whatever this machine's npm is told otherwise, the lock file is asked about as it is, and by the network.
const ASK = [
  "audit",
  "--json",
  "--package-lock-only",
  "--no-offline",
  "--include=optional",
  "--include=peer",
  "--fetch-retries=1",
];

function runNpm(args: readonly string[]): string {
  const given = process.env["npm_execpath"] ?? "";
  const beside = join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  const script = [given, beside].find((path) => path.endsWith(".js") && existsSync(path));
  const options: SpawnSyncOptionsWithStringEncoding = {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  };
  const ended = script
    ? spawnSync(process.execPath, [script, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  return ended.error ? JSON.stringify({ message: `npm cannot be run: ${ended.error.message}` }) : ended.stdout;
}

/** Ends the process when npm has no answer. */
function listWeaknesses(...more: readonly string[]): readonly Weakness[] {
  const report = parseAuditReport(runNpm([...ASK, ...more]));
  if ("weaknesses" in report) return report.weaknesses;
  console.error(
    `notion-sync: nobody knows whether the packages have known weaknesses, because the registry did not answer npm's audit${report.refusal === "" ? "." : ` (${report.refusal}).`}\n` +
      "Not every mirror answers audits: run the same command where npm reaches its public registry, or with npm_config_registry set to that.",
  );
  process.exit(UNKNOWN);
}

if (process.argv.length > 2) {
  console.error(`notion-sync: npm run audit takes no options, and "${process.argv[2] ?? ""}" is one.`);
  process.exit(UNKNOWN);
}
const isSame = (left: Weakness) => (right: Weakness) => left.name === right.name && left.url === right.url;
const bundled = listWeaknesses("--omit=dev");
const all = listWeaknesses("--include=dev").map((weakness) => ({ weakness, isBundled: bundled.some(isSame(weakness)) }));
const counting = all.filter(({ weakness, isBundled }) => isAtLeast(weakness, isBundled ? LEAST_IN_BUNDLE : LEAST_ELSEWHERE));

if (all.length > 0) {
  const table = new Table({ head: ["package", "where", "severity", "advisory", "fixed in"], style: { head: [], border: [] } });
  for (const { weakness, isBundled } of all) {
    const { name, severity, url, range } = weakness;
    table.push([name, isBundled ? "bundle" : "development", severity, url, toFixed(range)]);
  }
  console.log(table.toString());
}
console.log(
  counting.length === 0
    ? `No weakness that counts is known: none of ${LEAST_IN_BUNDLE} or more in the bundle, none of ${LEAST_ELSEWHERE} or more elsewhere${all.length > 0 ? `; ${all.length} below that` : ""}.`
    : `${counting.length} of ${all.length} known weaknesses count: ${LEAST_IN_BUNDLE} or more in the bundle, ${LEAST_ELSEWHERE} or more elsewhere.`,
);
process.exitCode = counting.length === 0 ? 0 : 1;
