import { isTakenOut } from "./base.ts";
import type { PlanDraft } from "./plan-draft.ts";
import type { GithubEffect } from "./effect.ts";
import type { ItemSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";
import type { PairState } from "./plan.ts";
import { findStatusValue } from "./status.ts";

/**
 * Puts what the project needs before its fields: the item is added, or taken out of the archive when the page's status means open.
 *
 * @remarks An item that a person took out of the project is not added again; an archived one whose page is not open keeps its fields.
 */
export function planProject(plan: PlanDraft, state: PairState, item: ItemSnapshot): void {
  const { mapping, page, link } = state;
  if (mapping.github.project === null || item.project === undefined) return;
  const effects = plan.effects.filter(isProjectEffect);
  if (item.project === null) {
    if (isTakenOut(link, item)) drop(plan, effects);
    else plan.effects.unshift(projectEffect("addToProject", "not in the project yet"));
    return;
  }
  if (!item.project.isArchived || effects.length === 0) return;
  const isOpen = findStatusValue(mapping.status, page.status)?.item === "open";
  if (isOpen) plan.effects.unshift(projectEffect("unarchive", `the status is "${page.status ?? ""}"`));
  else drop(plan, effects);
}

function isProjectEffect(effect: { readonly side: string; readonly field: string }): boolean {
  return effect.side === "github" && (effect.field === "column" || isProjectField(effect.field));
}

function projectEffect(kind: "addToProject" | "unarchive", why: string): GithubEffect {
  const [from, to] = kind === "addToProject" ? [null, "in the project"] : ["archived", "in the project"];
  return { side: "github", kind, field: "project", from, to, why };
}

function drop(plan: PlanDraft, effects: readonly object[]): void {
  for (const effect of effects)
    plan.effects.splice(
      plan.effects.findIndex((held) => held === effect),
      1,
    );
}
