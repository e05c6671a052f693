import type { GithubAdapter } from "../github/client.ts";
import type { Clock } from "../sync/clock.ts";

/** What is known of the repositories, so that not every creation asks again. */
export interface RepositoryFacts {
  /** The node id of a repository (`owner/name`). */
  readId(repository: string): Promise<string>;
}

const GOOD_MS = 10 * 60_000; // ms; a rename or transfer is followed after that

/** Creates the memory of repositories, kept for ten minutes. */
export function createRepositoryFacts(github: GithubAdapter, clock: Clock): RepositoryFacts {
  const known = new Map<string, { readonly id: Promise<string>; readonly readAtMs: number }>();
  return {
    readId(repository) {
      const held = known.get(repository);
      if (held && clock.now() - held.readAtMs < GOOD_MS) return held.id;
      const id = github.readRepository(repository).then((facts) => facts.repositoryId);
      known.set(repository, { id, readAtMs: clock.now() });
      id.catch(() => known.delete(repository));
      return id;
    },
  };
}
