import { isSet } from "./field-value.ts";
import type { CreateEffect, Effect, PairPlan } from "./effect.ts";
import type { FieldValue, ItemSnapshot, Link } from "./model.ts";
import { planPair } from "./plan.ts";
import type { PairState } from "./plan.ts";
import { isProjectField } from "./project-field.ts";

/** The name of an item that is not made yet. */
const NOT_MADE_YET = "(new)";

/**
 * Gives all writes that a run will make for a pair: after a creation it plans once more, so what that will ask for is foreseen
 * here from the item as it will be made.
 */
export function planAhead(state: PairState, plan: PairPlan): readonly Effect[] {
  const create = plan.effects.find((effect): effect is CreateEffect => effect.kind === "create" && effect.field === "item");
  if (!create) return plan.effects;
  const item = toFutureItem(state, create);
  const link = toFutureLink(state, create, item);
  const after = planPair({ mapping: state.mapping, page: state.page, item, link });
  const follow = after.effects.map((effect) =>
    effect.side === "notion" && effect.field === "reference" ? { ...effect, to: `${create.repository}#${NOT_MADE_YET}` } : effect,
  );
  return [create, ...follow];
}

function toFutureItem({ mapping }: PairState, create: CreateEffect): ItemSnapshot {
  const fields: Record<string, FieldValue> = {};
  for (const { github } of mapping.fields) if (!isProjectField(github)) fields[github] = emptyOf(create.fields?.[github]);
  return {
    kind: create.to,
    itemId: "",
    nodeId: "",
    repositoryId: "",
    repository: create.repository,
    number: 0,
    url: "",
    readAt: "",
    createdAt: "",
    updatedAt: "",
    state: "open",
    reason: null,
    isDraft: create.branch?.draft ?? false,
    ...(mapping.github.project ? { project: null } : {}),
    marker: null,
    fields: { ...fields, ...create.fields, title: create.title },
    problems: [],
  };
}

function emptyOf(value: FieldValue | undefined): FieldValue {
  return value !== undefined && isSet(value) ? [] : null;
}

function toFutureLink({ mapping, page }: PairState, create: CreateEffect, item: ItemSnapshot): Link {
  return {
    mapping: mapping.name,
    pageId: page.pageId,
    state: "linked",
    item,
    base: {
      fields: { title: { page: page.fields["title"] ?? null, item: create.title } },
      status: { page: page.status, state: "open", reason: null },
    },
  };
}
