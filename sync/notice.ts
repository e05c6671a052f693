import type { FieldProblem } from "./model.ts";

const MAX_CHARS = 1_900; // of a notice; Notion takes 2,000 characters in one piece of text

/** Says in one line all that is wrong and what to do; `""` when nothing is. Holds no times and no counts, so that it stays the same. */
export function formatNotice(problems: readonly FieldProblem[]): string {
  return joinDistinct(problems.map(({ reason, remedy }) => `${toSentence(reason)} ${remedy}`));
}

/** Puts all that is wrong with a pair into one failure, which has the code of the first; `undefined` when nothing is. */
export function joinProblems(problems: readonly FieldProblem[]): Omit<FieldProblem, "field"> | undefined {
  const [first] = problems;
  if (!first || problems.length === 1) return first;
  return {
    code: first.code,
    reason: joinDistinct(problems.map(({ reason }) => toSentence(reason))),
    remedy: joinDistinct(problems.map(({ remedy }) => remedy)),
  };
}

/** The first text is kept whole; others that would make it too long are left out until those before them are mended. */
function joinDistinct(texts: readonly string[]): string {
  return [...new Set(texts)].reduce((all, text) => {
    if (all === "") return text;
    return all.length + text.length < MAX_CHARS ? `${all} ${text}` : all;
  }, "");
}

function toSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
