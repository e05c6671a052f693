// The adapter, and the simulated GitHub that it speaks to, in virtual time and without sockets.
import { createTokenAuth, type GithubAuth } from "../../github/auth.ts";
import { createGithubAdapter, type GithubAdapter } from "../../github/client.ts";
import type { Profile } from "../../local/github-api/profiles.ts";
import type { GithubSeed, SeedIssue } from "../../local/github-api/seed.ts";
import { PERSON_TOKEN, PRODUCT_TOKEN } from "../../local/github-api/seed.ts";
import { createGithubSimulator, type GithubSimulator, type GithubSimulatorOptions } from "../../local/github-api/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../local/virtual-clock.ts";
import { ServiceError } from "../../sync/error.ts";
import type { Pacer, RequestKind } from "../../sync/pacer.ts";

export const START = "2026-11-25T12:00:00.000Z";
export const REPOSITORY = "acme/widgets";

/** A token of `sync-bot` that may see issues and nothing more. */
export const READER: Profile = { kind: "fineGrained", actor: "sync-bot", permissions: { issues: "read" } };
/** A classic token of `sync-bot` without the scope for repositories. */
export const NARROW: Profile = { kind: "classic", actor: "sync-bot", scopes: ["read:org"] };

const RUN_LIMIT_MS = 10 * 60_000; // ms of virtual time

/** A pacer that lets everything pass and notes what it was asked; `refuse` makes it refuse. */
export interface RecordingPacer extends Pacer {
  readonly acquired: RequestKind[];
  /** Seconds after `START`. */
  readonly blockedUntil: number[];
  refuse: ServiceError | undefined;
}

export interface World {
  readonly clock: VirtualClock;
  readonly simulator: GithubSimulator;
  readonly github: GithubAdapter;
  readonly pacer: RecordingPacer;
  /** What was sent. */
  readonly sent: Request[];
  readonly fetch: typeof fetch;
  /** Seconds since `START`. */
  seconds(): number;
  /** Carries `work` out in virtual time. */
  run<T>(work: Promise<T>): Promise<T>;
  /** The error that `work` ends with. */
  fail(work: Promise<unknown>): Promise<ServiceError>;
  /** How often each kind of request was received. */
  counts(): Readonly<Record<string, number>>;
}

export interface WorldOptions extends GithubSeed {
  readonly token?: string;
  readonly auth?: (world: Pick<World, "clock" | "fetch">) => GithubAuth;
  readonly apiUrl?: string;
  readonly knobs?: Partial<GithubSimulatorOptions>;
}

/** Issues with these numbers of a repository without others, updated one second apart: #1 is the oldest. */
export const someIssues = (count: number): SeedIssue[] =>
  Array.from({ length: count }, (_, place) => ({
    title: `Issue ${place + 1}`,
    createdAt: new Date(Date.parse("2026-11-20T00:00:00Z") + place * 1_000).toISOString().replace(".000", ""),
  }));

/** Creates a world with the seeded repository, empty unless `issues` are given. */
export function createWorld(options: WorldOptions = {}): World {
  const { token = PRODUCT_TOKEN, auth, apiUrl = "https://api.github.com", knobs, ...seedData } = options;
  const clock = createVirtualClock(START);
  const simulator = createGithubSimulator({ clock, seedData: { withoutDemoIssues: true, ...seedData }, ...knobs });
  const sent: Request[] = [];
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    sent.push(request.clone());
    return simulator.fetch(request);
  };
  const seconds = (atMs: number): number => (atMs - Date.parse(START)) / 1_000;
  const pacer: RecordingPacer = {
    acquired: [],
    blockedUntil: [],
    refuse: undefined,
    acquire(kind) {
      if (pacer.refuse) return Promise.reject(pacer.refuse);
      pacer.acquired.push(kind);
      return Promise.resolve();
    },
    block(untilMs) {
      pacer.blockedUntil.push(seconds(untilMs));
      return Promise.resolve();
    },
  };
  const tokenAuth = createTokenAuth({ token: () => Promise.resolve(token), onUnauthorized: () => undefined });
  const github = createGithubAdapter({ apiUrl, auth: auth?.({ clock, fetch }) ?? tokenAuth, clock, pacer, fetch });

  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    await Promise.all([clock.busy(work).catch(() => undefined), clock.run(() => isOver, RUN_LIMIT_MS)]);
    return work;
  };

  return {
    clock,
    simulator,
    github,
    pacer,
    sent,
    fetch,
    run,
    seconds: () => seconds(clock.now()),
    async fail(work) {
      const error: unknown = await run(
        work.then(
          (value) => value,
          (reason: unknown) => reason,
        ),
      );
      if (error instanceof ServiceError) return error;
      throw new Error(`expected a ServiceError, found ${String(error)}`);
    },
    counts: () => simulator.journal().byKind,
  };
}

/** Does what a person would do on GitHub, with ada's token; returns the answer's data. */
export async function actAsPerson(world: World, query: string, variables: object = {}): Promise<unknown> {
  const response = await world.run(
    world.simulator.fetch(
      new Request("https://api.github.com/graphql", {
        method: "POST",
        headers: { authorization: `bearer ${PERSON_TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      }),
    ),
  );
  const answer = (await response.json()) as { data: unknown; errors?: unknown };
  if (answer.errors !== undefined) throw new Error(`the person met ${JSON.stringify(answer.errors)}`);
  return answer.data;
}
