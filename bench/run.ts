// `npm run bench`: measures on this machine and prints one table; what does not reach its figure is marked and ends it with 1.
// `npm run bench -- --cost` prints instead what a day takes and what a month costs; docs/cost.md explains it.
import Table from "cli-table3";
import { Command } from "commander";
import { printCost } from "./cost.ts";
import { benchHost } from "./host.ts";
import { benchLatency } from "./latency.ts";
import { benchStart } from "./start.ts";
import { benchThousand } from "./thousand.ts";

const KB = 1024;
const MB = 1024 * KB;

/** One line of the table. `most`: the figure to reach, if there is one. */
interface Line {
  readonly what: string;
  readonly measured: number | string;
  readonly unit?: string;
  readonly most?: number;
}

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

async function measureStart(): Promise<readonly Line[]> {
  const { bundleBytes, bundledMs, unbundledMs, loadsIdentity } = await benchStart();
  return [
    { what: "bundle", measured: round(bundleBytes / MB), unit: "MB", most: 2 },
    { what: "module load, bundle (processor)", measured: round(bundledMs, 0), unit: "ms" },
    { what: "module load, unbundled (processor)", measured: round(unbundledMs, 0), unit: "ms" },
    { what: "module load, ratio", measured: round(bundledMs / unbundledMs), most: 0.6 },
    { what: "code of identities loaded at start", measured: loadsIdentity ? 1 : 0, most: 0 },
  ];
}

async function measureThousand(): Promise<readonly Line[]> {
  const figures = await benchThousand();
  const { requests } = figures;
  const writes = Object.entries(requests).filter(([kind]) => kind.startsWith("mutation"));
  return [
    // One of the queries is the tick's probe, which is not counted.
    { what: "1,000 pages: Notion queries", measured: (requests["POST /v1/data_sources/{id}/query"] ?? 0) - 1, most: 11 },
    { what: "1,000 pages: GitHub reads", measured: requests["query Nodes"] ?? 0, most: 27.5 },
    { what: "1,000 pages: GitHub writes", measured: writes.reduce((sum, [, count]) => sum + count, 0), most: 55 },
    { what: "1,000 pages: history shipped", measured: round(figures.historyBytes / MB), unit: "MB", most: 1 },
    { what: "1,000 pages: largest payload", measured: round(figures.largestPayloadBytes / KB), unit: "KB", most: 4 },
    { what: "1,000 pages: growth of the heap", measured: round(figures.heapGrowthBytes / MB, 0), unit: "MB", most: 256 },
    { what: "1,000 pages: time by the services' limits", measured: round(figures.virtualMs / 1000, 0), unit: "s" },
    { what: "1,000 pages: time on this machine", measured: round(figures.wallMs / 1000, 1), unit: "s", most: 40 },
  ];
}

async function measureLatency(): Promise<readonly Line[]> {
  const figures = await benchLatency();
  return [
    { what: "webhook acknowledged, p99", measured: figures.acknowledgedP99Ms, unit: "ms", most: 250 },
    { what: "webhook to first write, p50", measured: figures.firstWriteP50Ms, unit: "ms" },
    { what: "webhook to first write, p95", measured: figures.firstWriteP95Ms, unit: "ms", most: 3_000 },
    { what: "storage requests before the first write", measured: figures.storageRequestsToFirstWrite },
  ];
}

async function measureHost(): Promise<readonly Line[]> {
  return Object.entries(await benchHost()).map(([what, measured]) => ({ what: `host: ${what}`, measured }));
}

const isMissed = ({ measured, most }: Line): boolean => most !== undefined && Number(measured) > most;

async function printFigures(): Promise<void> {
  const lines: Line[] = [];
  for (const measure of [measureStart, measureHost, measureThousand, measureLatency]) lines.push(...(await measure()));
  const table = new Table({ head: ["figure", "measured", "at most", ""], style: { head: [], border: [] } });
  for (const line of lines) {
    const { what, measured, unit = "", most } = line;
    table.push([
      what,
      `${measured} ${unit}`.trim(),
      most === undefined ? "" : `${most} ${unit}`.trim(),
      isMissed(line) ? "missed" : "",
    ]);
  }
  console.log(table.toString());
  if (lines.some(isMissed)) process.exitCode = 1;
}

const command = new Command("npm run bench --")
  .description("Measures the figures that the design promises, or what a day takes.")
  .option("--cost", "count what a day takes, and work out what a month costs", false)
  .allowExcessArguments(false)
  .parse();
await (command.opts<{ readonly cost: boolean }>().cost ? printCost() : printFigures());
