import { neutralise, restore } from "../sync/text-safety.ts";

/** A title as it is sent: what it mentions or refers to becomes live for nobody. */
export function toGithubTitle(title: string): string {
  return neutralise(title, { allowedMentions: [] });
}

/** A title as people wrote it, from what GitHub holds. */
export function fromGithubTitle(title: string): string {
  return restore(title);
}
