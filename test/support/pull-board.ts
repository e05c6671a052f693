// A board of pages with pull requests, for scenarios of merging.
import type { Fault } from "../../local/simulator/contract.ts";
import { pullOf, pushBranch, richText } from "./branches.ts";
import { fullConfig, fullMapping } from "./full-config.ts";
import type { World } from "./world.ts";

/** What status says of pairs that need a person. */
export interface StatusSeen {
  readonly failures: readonly Readonly<Record<string, unknown>>[];
  readonly holds: readonly { readonly id: string }[];
  readonly conflicts: readonly Readonly<Record<string, unknown>>[];
}

/** The full mapping, where Done also enables auto-merge. */
export function autoMergeConfig(): unknown {
  const status = fullMapping()["status"] as { readonly values: object };
  const done = { item: "closed", reason: "completed", pullRequest: "autoMerge", project: "Done" };
  return fullConfig({ status: { ...status, values: { ...status.values, Done: done } } });
}

/** A page that names a branch, moved to a status. */
export async function planBranch(
  world: World,
  branch: string,
  title = "Build it",
  status = "Ready",
  properties: object = {},
): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  await world.person.setPage(pageId, { ...properties, Branch: richText(branch), Status: { status: { name: status } } });
  return pageId;
}

/** Waits until a page names its item, and all is quiet; returns the number of the item. */
export async function linked(world: World, pageId: string): Promise<number> {
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return Number(/#(\d+)/.exec(await world.person.textOf(pageId, "GitHub"))?.[1]);
}

/** A page with a pull request of its branch, in "In Progress". */
export async function aPull(world: World, branch = "topic", title = "Build it"): Promise<string> {
  await pushBranch(world, branch);
  const pageId = await planBranch(world, branch, title, "In Progress");
  await linked(world, pageId);
  return pageId;
}

/** How many merges GitHub was asked for. */
export function merges(world: World): number {
  return world.github.journal().byKind["mutation mergePullRequest"] ?? 0;
}

/** Waits until the page says something, and all is quiet. */
export async function untilNotice(world: World, pageId: string, words: RegExp): Promise<void> {
  await world.until(async () => words.test(await world.person.textOf(pageId, "Sync")), 180_000);
  await world.settled();
}

/** Waits until the pull request of a branch is merged, and all is quiet. */
export async function untilMerged(world: World, branch = "topic"): Promise<void> {
  await world.until(async () => (await pullOf(world, branch)).state === "MERGED", 10 * 60_000);
  await world.settled();
}

/** GitHub refuses a mutation with its words. */
export function refuse(mutation: string, message: string, times = 1): Fault {
  return { match: `mutation ${mutation}`, kind: "partial", aliases: [mutation], type: "UNPROCESSABLE", message, times };
}

/** Reads what status says. */
export async function readStatus(world: World): Promise<StatusSeen> {
  return (await world.call("GET", "status")).body as StatusSeen;
}
