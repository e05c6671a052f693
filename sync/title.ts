import type { FieldProblem } from "./model.ts";
import { neutralise } from "./text-safety.ts";

export const MAX_TITLE_CHARS = 256; // code points, as GitHub counts; the guards of mentions and references count too

/** What keeps GitHub from taking a title; sending it would only be refused again and again. */
export function findTitleProblem(title: string): FieldProblem | undefined {
  if (countChars(neutralise(title, { allowedMentions: [] })) <= MAX_TITLE_CHARS) return undefined;
  const isGuarded = countChars(title) <= MAX_TITLE_CHARS;
  return {
    field: "title",
    code: "title_too_long",
    reason: isGuarded
      ? `The title is too long for GitHub once its mentions and references are kept quiet, which takes characters of its ${MAX_TITLE_CHARS}.`
      : `The title is too long: GitHub allows ${MAX_TITLE_CHARS} characters.`,
    remedy: "Shorten the title of the page.",
  };
}

function countChars(text: string): number {
  return Array.from(text).length;
}
