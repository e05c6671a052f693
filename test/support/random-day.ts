// What all of a random day share: the world, the dice, what people did and wanted.
import type { Random } from "../../local/host/moods.ts";
import { itemOf, itemsSeen, pagesSeen } from "./board-seen.ts";
import type { ItemSeen, PageSeen } from "./board-seen.ts";
import type { Wanted } from "./wanted.ts";
import type { World } from "./world.ts";

/** What the mapping of the day says; the rest is the same on all days. */
export interface DayRules {
  readonly body: "off" | "toGithub";
  readonly createLabels: boolean;
  readonly createOptions: boolean;
  readonly titleConflict: "notion" | "github" | "hold";
  readonly fieldConflict: "notion" | "github" | "hold";
  readonly statusConflict: "notion" | "github" | "hold";
  readonly onTrash: "detach" | "close";
  /** What people do beside fields: on some days little, so that failures are easier to read. */
  readonly busy: { readonly pulls: boolean; readonly life: boolean; readonly text: boolean };
  /** Merges wait for a check. */
  readonly protection: boolean;
}

/** What the troublemaker may do. */
export interface Troubles {
  readonly webhooks: boolean;
  readonly faults: boolean;
  readonly kills: boolean;
  readonly pauses: boolean;
}

export interface Day {
  readonly world: World;
  readonly random: Random;
  readonly rules: DayRules;
  readonly wanted: Wanted;
  /** Items that people made themselves. */
  readonly strangers: Set<string>;
  /** Pages that were in an open status at some time: people asked for their items. */
  readonly asked: Set<string>;
  /** Pages, in the order in which they were made. */
  readonly made: string[];
  /** Branches that were pushed. */
  readonly branches: string[];
  /** Page id → the branches that it named at some time. */
  readonly named: Map<string, Set<string>>;
  /** Pages that were moved to "Done" at some time. */
  readonly askedToMerge: Set<string>;
  /** Pull requests that people merged themselves. */
  readonly mergedByPeople: Set<string>;
  /** Plans that were made and not applied. */
  readonly plans: string[];
  readonly events: string[];
  /** Number of the last title, so that each is another one. */
  titles: number;
  branchNames: number;
  note(text: string): void;
}

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("There is nothing to choose from.");
  return chosen;
}

/** Whether something of this likelihood happens. */
export function happens(random: Random, likelihood: number): boolean {
  return random() < likelihood;
}

/** A page that is not in the trash, and its item if it has one. */
export interface PairSeen {
  readonly page: PageSeen;
  readonly item: ItemSeen | undefined;
}

/** The pages that are not in the trash, each with its item. */
export function pairsSeen({ world }: Day): readonly PairSeen[] {
  const items = itemsSeen(world);
  return pagesSeen(world)
    .filter(({ inTrash }) => !inTrash)
    .map((page) => ({ page, item: itemOf(page, items) }));
}

/** How a pair is called in the log of a day. */
export function nameOf(page: PageSeen): string {
  return `${page.id.slice(-4)}${page.reference ? ` (${page.reference.replace("acme/widgets", "")})` : ""}`;
}

/** A person is never met by a fault that is meant for the product. */
export async function asPerson(day: Day, work: () => Promise<void>): Promise<void> {
  day.world.notion.setFaults([]);
  day.world.github.setFaults([]);
  await work();
}
