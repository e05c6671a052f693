import { mergeField } from "./merge.ts";
import type { FieldMapping } from "./mapping.ts";
import type { Base, FieldProblem, FieldValue, ItemSnapshot, PageSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";
import type { PlanDraft } from "./plan-draft.ts";
import { findTitleProblem } from "./title.ts";

/** Fields that are carried to GitHub only, in this version: people and relations cannot be told from what GitHub says. */
const ONE_WAY_FIELDS: readonly string[] = ["assignees", "parent"];

/** Plans one mapped field of a linked pair. */
export function planField(
  plan: PlanDraft,
  field: FieldMapping,
  base: Base | undefined,
  page: PageSnapshot,
  item: ItemSnapshot,
): void {
  const name = field.github;
  const pageValue = page.fields[name];
  const itemValue = valueOfItem(item, name);
  // A side that could not be read has a problem of its own; its field stands still.
  if (pageValue === undefined || itemValue === undefined) return;
  const merge = mergeField({
    base: base?.fields[name],
    page: pageValue,
    item: itemValue,
    direction: field.direction,
    conflict: field.conflict,
  });
  switch (merge.kind) {
    case "agreed":
      plan.agreed.push(name);
      return;
    case "kept":
      return;
    case "conflict":
      plan.conflict(name, pageValue, itemValue, null);
      return;
    case "write":
      if (name === "title" && merge.github !== undefined && isBlank(merge.github)) {
        plan.problems.push(emptyTitle());
        return;
      }
      if (name === "title" && typeof merge.github === "string") {
        const tooLong = findTitleProblem(merge.github.trim());
        if (tooLong) {
          plan.problems.push(tooLong);
          return;
        }
      }
      if (merge.github !== undefined) {
        plan.github({ side: "github", kind: "update", field: name, from: itemValue, to: merge.github, why: merge.why });
      }
      if (merge.notion !== undefined && !ONE_WAY_FIELDS.includes(name)) plan.notion(name, pageValue, merge.notion, merge.why);
      if (merge.conflict) plan.conflict(name, pageValue, itemValue, merge.conflict === "github" ? "notion" : "github");
  }
}

/** An item outside the project has empty project fields; `undefined` when the value was not read. */
function valueOfItem(item: ItemSnapshot, name: string): FieldValue | undefined {
  const value = item.fields[name];
  if (value !== undefined || !isProjectField(name)) return value;
  return item.project === null ? null : undefined;
}

function isBlank(value: FieldValue): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}

function emptyTitle(): FieldProblem {
  return {
    field: "title",
    code: "title_empty",
    reason: "The page's title is empty.",
    remedy: "Give the page a title; the item keeps its own until then.",
  };
}
