// What goes wrong on a random day: services that fail, deliveries that are lost, a host that is killed.
import type { Fault } from "../../local/simulator/contract.ts";
import { happens, pick } from "./random-day.ts";
import type { Day, Troubles } from "./random-day.ts";

/**
 * What is met by faults. Answers that several activities wait for together (`SHARED`) are not delayed: in virtual time who waits
 * for another's request would count as busy for ever.
 */
const MATCHES = {
  notion: ["PATCH /v1/pages/{id}", "GET /v1/pages/{id}", "/query", "/markdown"],
  github: [
    ...["mutation", "mutation", "mutation createIssue", "mutation closeIssue", "mutation mergePullRequest", "mutation batch"],
    ...["query ItemsUpdated", "query Nodes", "query ItemByNumber", "query ProjectItems", "query IssuesCreated"],
    ...["query FindPullRequest", "query Mergeability"],
  ],
} as const;
const SHARED = { notion: ["/v1/"], github: ["query", "query Directory", "query Project"] } as const;

/** Plans the faults of the next moments, and how deliveries fare. */
export function makeTrouble(day: Day, troubles: Troubles): void {
  const { world, random } = day;
  for (const service of ["notion", "github"] as const) {
    if (troubles.faults) {
      const faults = happens(random, 0.4) ? [aFault(day, service, troubles), aFault(day, service, troubles)] : [];
      if (faults.length > 0) day.note(`${service}: ${faults.map((fault) => JSON.stringify(fault)).join(" ")}`);
      world[service].setFaults(faults);
    }
    if (troubles.webhooks && happens(random, 0.3)) {
      const moods = {
        lose: pick(random, [0, 0, 0.3, 1]),
        double: happens(random, 0.3),
        reorder: happens(random, 0.3),
        delayMs: pick(random, [0, 0, 1_000, 20_000, 90_000]),
      };
      day.note(`${service} webhooks: ${JSON.stringify(moods)}`);
      world[service].setWebhooks(moods);
    }
  }
}

function aFault({ random }: Day, service: "notion" | "github", { kills }: Troubles): Fault {
  const times = pick(random, [1, 1, 2, 5]);
  const skip = pick(random, [0, 0, 1, 3]);
  const planned = { match: pick<string>(random, MATCHES[service]), times, skip };
  // Who is killed while it waits for an answer that never comes would never be done in virtual time.
  const kinds = ["status", "status", "delay", "dropAfterEffect", "staleList", "partial", ...(kills ? [] : ["hang"])] as const;
  switch (pick(random, kinds)) {
    case "status": {
      const match = pick<string>(random, [...MATCHES[service], ...SHARED[service]]);
      const status = pick(random, service === "notion" ? [500, 502, 503, 429, 409, 529] : [500, 502, 503, 403]);
      const headers = status === 429 || status === 403 ? { "retry-after": pick(random, ["1", "30", "90"]) } : {};
      return { ...planned, match, kind: "status", status, headers };
    }
    case "delay":
      return { ...planned, kind: "delay", delayMs: pick(random, [300, 3_000, 15_000, 45_000]) };
    case "hang":
      return { ...planned, kind: "hang", times: 1, afterEffect: happens(random, 0.5) };
    case "dropAfterEffect":
      return { ...planned, kind: "dropAfterEffect", ...(happens(random, 0.5) ? { status: 502 } : {}) };
    case "staleList":
      return { ...planned, kind: "staleList", ageMs: pick(random, [2_000, 30_000, 120_000]) };
    default: {
      if (service === "notion") return { ...planned, kind: "delay", delayMs: 1_000 };
      const failure = { type: "INTERNAL", message: "Something went wrong" };
      return { ...planned, match: "mutation", kind: "partial", aliases: ["w0", "w2", "createIssue"], ...failure };
    }
  }
}

/** All services and deliveries are as they should be from now on, and the host runs. */
export async function endTrouble(day: Day): Promise<void> {
  const { world } = day;
  for (const service of ["notion", "github"] as const) {
    world[service].setFaults([]);
    world[service].setWebhooks({ lose: 0, double: false, reorder: false, delayMs: 0 });
  }
  if (!isRunning(day)) {
    day.note("the host is started");
    await world.start();
  }
}

export function isRunning({ world }: Day): boolean {
  try {
    world.host();
    return true;
  } catch {
    return false;
  }
}
