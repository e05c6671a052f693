// What people do with branches and pull requests on a random day.
import { actOn, commit, openPull, pushBranch, report, richText } from "./branches.ts";
import { itemsSeen } from "./board-seen.ts";
import { happens, nameOf, pick } from "./random-day.ts";
import type { Day, PairSeen } from "./random-day.ts";
import { newTitle } from "./random-edits.ts";

/** Pushes a new branch, or commits once more to one that is there. */
export async function push(day: Day): Promise<void> {
  const { random, branches, world } = day;
  if (branches.length > 0 && happens(random, 0.3)) {
    const name = pick(random, branches);
    day.note(`commits to ${name}`);
    await commit(world, name, `${name}-${world.now()}.txt`);
    return;
  }
  day.branchNames += 1;
  const name = `branch-${day.branchNames}`;
  day.note(`pushes ${name}`);
  await pushBranch(world, name);
  branches.push(name);
}

/** Names a branch on a page, now and then one that nobody has pushed yet, or clears it. */
export async function nameBranch(day: Day, { page }: PairSeen): Promise<void> {
  const { random, branches, world } = day;
  const isTaken = (name: string): boolean => [...day.named.values()].some((names) => names.has(name));
  const free = branches.filter((name) => !isTaken(name));
  if (page.branch !== "" && happens(random, 0.6)) return;
  const next = `branch-${day.branchNames + 1}`;
  const name = page.branch !== "" && happens(random, 0.3) ? "" : happens(random, 0.2) && !isTaken(next) ? next : free[0];
  if (name === undefined) return;
  day.note(`page ${nameOf(page)}: branch "${name}"`);
  if (name !== "") day.named.set(page.id, new Set([...(day.named.get(page.id) ?? []), name]));
  await world.person.setPage(page.id, { Branch: richText(name) });
}

/** Makes a page that names a branch from the start: its item is the pull request. */
export async function planBranch(day: Day): Promise<void> {
  const { random, branches, world } = day;
  const isTaken = (name: string): boolean => [...day.named.values()].some((names) => names.has(name));
  const free = branches.find((name) => !isTaken(name)) ?? `branch-${day.branchNames + 1}`;
  if (isTaken(free)) return;
  const title = newTitle(day);
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  const status = pick(random, ["Ready", "In Progress"]);
  day.note(`makes page ${pageId.slice(-4)} "${title}" in ${status} with branch "${free}"`);
  day.made.push(pageId);
  day.asked.add(pageId);
  day.named.set(pageId, new Set([free]));
  await world.person.setPage(pageId, { Branch: richText(free), Status: { status: { name: status } } });
}

/** Opens, merges, closes or reopens a pull request on GitHub. */
export async function actOnPull(day: Day): Promise<void> {
  const { random, branches, world } = day;
  const pulls = itemsSeen(world).filter(({ kind }) => kind === "pullRequest");
  const bare = branches.filter((name) => pulls.every(({ headRefName }) => headRefName !== name));
  if (bare.length > 0 && happens(random, 0.3)) {
    const head = pick(random, bare);
    const number = await openPull(world, head, { title: newTitle(day) });
    day.note(`opens pull request #${number} of ${head}`);
    const made = itemsSeen(world).find((item) => item.kind === "pullRequest" && item.number === number);
    if (made) day.strangers.add(made.id);
    return;
  }
  const alive = pulls.filter(({ state }) => state !== "MERGED");
  if (alive.length === 0) return;
  const pull = pick(random, alive);
  const action =
    pull.state === "CLOSED"
      ? "reopenPullRequest"
      : pick(random, [
          "mergePullRequest",
          "closePullRequest",
          "convertPullRequestToDraft",
          "markPullRequestReadyForReview",
        ] as const);
  if (action === "convertPullRequestToDraft" && pull.isDraft) return;
  if ((action === "markPullRequestReadyForReview" && !pull.isDraft) || (action === "mergePullRequest" && pull.isDraft)) return;
  day.note(`${action} ${pull.name}`);
  if (action === "mergePullRequest") day.mergedByPeople.add(pull.id);
  try {
    await actOn(world, pull.id, action);
  } catch (error) {
    day.note(`refused: ${String(error).slice(0, 100)}`);
    day.mergedByPeople.delete(pull.id);
  }
  for (const pageId of pagesOfPull(day, pull.headRefName)) day.wanted.muddle(pageId, "its pull request was acted on");
}

/** A build server is done with every branch. */
export async function reportAll(day: Day): Promise<void> {
  for (const pull of itemsSeen(day.world)) {
    if (pull.kind === "pullRequest" && pull.state === "OPEN" && pull.headOid) await report(day.world, pull.headOid, "success");
  }
}

function pagesOfPull(day: Day, head: string | null): readonly string[] {
  return [...day.named].filter(([, names]) => names.has(head ?? "")).map(([pageId]) => pageId);
}
