// A board on which nothing happens by itself: no webhooks and no ticks, so that a plan has something to say.
import { createSent } from "./sent.ts";
import type { Sent } from "./sent.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

export interface PlanBoard {
  readonly world: World;
  /** What the product sends. */
  readonly sent: Sent;
}

/** A pair that is in step. */
export interface LinkedPair {
  readonly pageId: string;
  readonly issueId: string;
  readonly number: number;
}

/** Starts the world; `onRequest` stands between the count and the services. */
export async function createPlanBoard(
  options: WorldOptions = {},
  onRequest: WorldOptions["onRequest"] = (send) => send(),
): Promise<PlanBoard> {
  let now = (): number => 0;
  const sent = createSent(() => now());
  const world = await createWorld({
    webhooks: false,
    timers: false,
    onRequest: (send, request) => sent.onRequest(() => onRequest(send, request), request),
    ...options,
  });
  now = () => world.now();
  return { world, sent };
}

/** Makes pages and lets the product make their issues. */
export async function linkPages(world: World, titles: readonly string[]): Promise<readonly LinkedPair[]> {
  const pageIds: string[] = [];
  for (const title of titles) pageIds.push(await world.person.createPage({ title, status: "Ready" }));
  await world.call("POST", "sync", { full: true });
  await world.settled();
  const issues = await world.person.issues();
  return pageIds.map((pageId, index) => {
    const issue = issues.find(({ title }) => title === titles[index]);
    if (!issue) throw new Error(`there is no issue "${titles[index]}"`);
    return { pageId, issueId: issue.id, number: issue.number };
  });
}

/** Closes an issue as a person does. */
export async function closeIssue(world: World, issueId: string): Promise<void> {
  await world.person.github(
    `mutation($id: ID!) { closeIssue(input: { issueId: $id, stateReason: COMPLETED }) { issue { id } } }`,
    { id: issueId },
  );
}
