import type { NotionEffect } from "./effect.ts";
import type { Mapping } from "./mapping.ts";
import type { FieldProblem, PageSnapshot } from "./model.ts";
import { formatNotice } from "./notice.ts";

/** Writes the problems into the "Sync" property, and empties it when there is none; no effect when it says so already. */
export function planNotice(
  { mapping, page }: { readonly mapping: Mapping; readonly page: PageSnapshot },
  problems: readonly FieldProblem[],
): readonly NotionEffect[] {
  if (mapping.notion.errorProperty === null || page.problems.some((problem) => problem.field === "notice")) return [];
  const notice = formatNotice(problems);
  if (notice === page.notice) return [];
  const why = notice === "" ? "nothing is wrong any more" : "says what is wrong";
  return [{ side: "notion", kind: "update", field: "notice", from: page.notice, to: notice, why }];
}
