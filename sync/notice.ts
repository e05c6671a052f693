import type { FieldProblem } from "./model.ts";

/** Says in one line what is wrong and what to do; `""` when nothing is. Holds no times and no counts, so that it stays the same. */
export function formatNotice(problems: readonly FieldProblem[]): string {
  const [first] = problems;
  return first ? `${first.reason} ${first.remedy}` : "";
}
