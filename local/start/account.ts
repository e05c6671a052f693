// The one screen that is printed when everything runs: what to open, what is synced, what to try.
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Ports } from "./ports.ts";

/** The parts of the mapping file that are told; the app itself has checked them. */
interface MappingFile {
  readonly mappings?: readonly WrittenMapping[];
}

interface WrittenMapping {
  readonly name?: string;
  readonly notion?: { readonly dataSourceId?: string; readonly createPages?: string | null };
  readonly github?: {
    readonly repository?: string;
    readonly project?: { readonly owner?: string; readonly number?: number } | null;
  };
  readonly status?: {
    readonly property?: string;
    readonly direction?: string;
    readonly values?: Readonly<Record<string, WrittenStatus>>;
  };
  readonly pullRequest?: { readonly branchProperty?: string } | null;
  readonly fields?: readonly { readonly notion?: string; readonly github?: string; readonly direction?: string }[];
  readonly body?: string;
  readonly comments?: string;
}

interface WrittenStatus {
  readonly item?: string;
  readonly reason?: string;
  readonly pullRequest?: string | null;
}

/** What the account tells of. */
export interface AccountInput {
  readonly root: string;
  readonly stateFolder: string;
  readonly ports: Ports;
  /** Path of the mapping file, from the root. */
  readonly configPath: string;
}

/** Writes the account, for a terminal of 100 columns; only the commands to copy are longer. */
export function formatAccount(input: AccountInput): string {
  const { ports, root, stateFolder, configPath } = input;
  const app = `http://127.0.0.1:${ports.APP_PORT}/api`;
  const mappings = readMappings(resolve(root, configPath));
  const folder = relative(root, stateFolder) || ".";
  return [
    "Notion Sync runs. Ctrl-C ends it; the next start goes on where this one stopped (--fresh: anew).",
    "",
    "Open",
    `  App               ${app}/status   ${app}/health`,
    `  Notion simulator  http://127.0.0.1:${ports.NOTION_SIM_PORT}/v1        any token; "person:ada" acts as Ada`,
    `  GitHub simulator  http://127.0.0.1:${ports.GITHUB_SIM_PORT}/graphql   any token; "ghp_demo_ada" acts as Ada`,
    `  Logs              ${folder.startsWith("..") ? stateFolder : folder}/logs`,
    "",
    `Syncs, by ${configPath}`,
    ...mappings.flatMap(describeMapping),
    ...describeTrials(mappings[0], ports),
    "",
  ].join("\n");
}

function readMappings(path: string): readonly WrittenMapping[] {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as MappingFile).mappings ?? [];
  } catch {
    return []; // the app has said what is wrong with it
  }
}

const titleOf = (mapping: WrittenMapping): string => mapping.fields?.find((field) => field.github === "title")?.notion ?? "Name";
const statusOf = (mapping: WrittenMapping): string => mapping.status?.property ?? "Status";

function describeMapping(mapping: WrittenMapping): string[] {
  const branch = mapping.pullRequest?.branchProperty;
  const byEffect = new Map<string, string[]>();
  for (const [name, status] of Object.entries(mapping.status?.values ?? {})) {
    const effect = describeEffect(status, branch);
    byEffect.set(effect, [...(byEffect.get(effect) ?? []), name]);
  }
  const statuses = [...byEffect].map(([effect, names]) => `    ${names.join(", ").padEnd(22)}  ${effect}`);
  const { owner, number } = mapping.github?.project ?? {};
  const project = owner === undefined ? "" : ` and project ${owner}/${number ?? "?"}`;
  return [
    `  ${mapping.name ?? "?"}: data source ${mapping.notion?.dataSourceId ?? "?"}`,
    `    with ${mapping.github?.repository ?? "?"}${project}`,
    ...statuses,
    ...describeFields(mapping),
  ];
}

/** Carried to GitHub only, whatever the mapping says. */
const ONE_WAY = ["assignees", "parent"];

function describeFields(mapping: WrittenMapping): string[] {
  const status = { notion: statusOf(mapping), github: "status", direction: mapping.status?.direction };
  const fields = [status, ...(mapping.fields ?? [])].flatMap(({ notion, github = "", direction = "both" }) => {
    if (notion === undefined) return [];
    return [{ notion, way: direction === "both" && ONE_WAY.includes(github) ? "toGithub" : direction }];
  });
  const going = (way: string): string[] => fields.filter((field) => field.way === way).map(({ notion }) => notion);
  const hasText = mapping.body === "toGithub" || mapping.body === "both";
  return [
    ...line("Both ways", going("both")),
    ...line("To GitHub only", [...going("toGithub"), ...(hasText ? ["the text of the page"] : [])]),
    ...line("To Notion only", going("toNotion")),
    ...line("Mapped, but not carried by this version", listUncarried(mapping)),
  ];
}

function listUncarried({ notion, body, comments }: WrittenMapping): string[] {
  return [
    ...((notion?.createPages ?? "none") === "none" ? [] : ["pages for new issues"]),
    ...(body === "toNotion" || body === "both" ? ["text from GitHub"] : []),
    ...((comments ?? "off") === "off" ? [] : ["comments"]),
  ];
}

function line(head: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`    ${head}: ${names.join(", ")}.`] : [];
}

function describeEffect({ item, reason, pullRequest }: WrittenStatus, branch: string | undefined): string {
  if (item === "none") return "makes nothing";
  if (item === "open") {
    return branch === undefined
      ? "an open issue, made if there is none"
      : `an open issue, made if there is none; a pull request if ${branch} is filled`;
  }
  const closed = `the issue is closed as ${(reason ?? "completed").replaceAll("_", " ")}`;
  if (branch === undefined || !pullRequest) return closed;
  return `${closed}; a pull request is ${pullRequest === "close" ? "closed unmerged" : "merged"}`;
}

function describeTrials(mapping: WrittenMapping | undefined, ports: Ports): string[] {
  const open = Object.entries(mapping?.status?.values ?? {}).find(([, status]) => status.item === "open")?.[0];
  if (!mapping || open === undefined) return [];
  const [owner = "", name = ""] = (mapping.github?.repository ?? "").split("/");
  const page = {
    parent: { data_source_id: mapping.notion?.dataSourceId },
    properties: {
      [titleOf(mapping)]: { title: [{ text: { content: "Paint the widgets" } }] },
      [statusOf(mapping)]: { status: { name: open } },
    },
  };
  const query = `{ repository(owner: "${owner}", name: "${name}") { issues(last: 5) { nodes { number title state } } } }`;
  const notion = `http://127.0.0.1:${ports.NOTION_SIM_PORT}`;
  const json = "-H 'Content-Type: application/json'";
  return [
    "",
    "Try, in another terminal",
    `  # 1. Make a page with status ${open} in Notion`,
    `  curl -s ${notion}/v1/pages -H 'Authorization: Bearer person:ada' -H 'Notion-Version: 2026-03-11' ${json} -d ${quote(page)}`,
    `  # 2. See its issue on GitHub`,
    `  curl -s http://127.0.0.1:${ports.GITHUB_SIM_PORT}/graphql -H 'Authorization: Bearer ghp_demo_ada' ${json} -d ${quote({ query })}`,
    "  # 3. Ask the app how it is",
    `  curl -s http://127.0.0.1:${ports.APP_PORT}/api/status`,
  ];
}

/** For a POSIX shell. */
const quote = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", String.raw`'\''`)}'`;
