import { fingerprint } from "./fingerprint.ts";

/** Names a branch of a repository (`owner/name`, whose case GitHub does not tell apart) in 28 hexadecimal digits, however long the names are. */
export function branchKey(repository: string, branch: string): string {
  return fingerprint(["branch", repository.toLowerCase(), branch]);
}
