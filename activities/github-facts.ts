import type { GithubAdapter } from "../github/client.ts";
import type { RepositoryDirectory } from "../github/directory.ts";
import type { ProjectFacts } from "../github/projects.ts";
import type { Clock } from "../sync/clock.ts";

/** What names mean on GitHub: looked up once and kept for ten minutes, or until something that was found by it is refused. */
export interface GithubFacts {
  /** The node id of a repository (`owner/name`). */
  readRepositoryId(repository: string): Promise<string>;
  /** Labels, milestones, types and people of a repository (`owner/name`). */
  readDirectory(repository: string): Promise<RepositoryDirectory>;
  readProject(owner: string, number: number): Promise<ProjectFacts>;
  /** Lets the next look read anew. */
  forget(): void;
}

const GOOD_MS = 10 * 60_000; // ms; a rename, or a label made by hand, is seen after that

/** Creates the memory of what names mean. */
export function createGithubFacts(github: GithubAdapter, clock: Clock): GithubFacts {
  const forgetters: (() => void)[] = [];
  const remember = <T>(read: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
    const known = new Map<string, { readonly value: Promise<T>; readonly readAtMs: number }>();
    forgetters.push(() => known.clear());
    return (key) => {
      const held = known.get(key);
      if (held && clock.now() - held.readAtMs < GOOD_MS) return held.value;
      const value = read(key);
      known.set(key, { value, readAtMs: clock.now() });
      value.catch(() => known.delete(key));
      return value;
    };
  };
  const readDirectory = remember((repository) => github.readDirectory(repository));
  const readId = remember(async (repository) => (await github.readRepository(repository)).repositoryId);
  const readProject = remember((key) => {
    const [owner = "", number = ""] = key.split("/");
    return github.readProject(owner, Number(number));
  });
  return {
    readRepositoryId: readId,
    readDirectory,
    readProject: (owner, number) => readProject(`${owner}/${number}`),
    forget: () => {
      for (const forget of forgetters) forget();
    },
  };
}
