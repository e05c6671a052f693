import type { Effect } from "./effect.ts";
import type { Base, FieldBase, ItemSnapshot, PageSnapshot, StatusBase } from "./model.ts";

/** What is written but not merged. */
const UNBASED: readonly string[] = ["notice", "reference", "item"];

/** The base after some fields came to agree: for each named field both sides are as they are now. */
export function rebase(base: Base | undefined, fields: readonly string[], page: PageSnapshot, item: ItemSnapshot): Base {
  const kept: Record<string, FieldBase> = { ...base?.fields };
  let status = base?.status;
  for (const field of fields) {
    if (field === "status") {
      status = statusBase(page, item);
      continue;
    }
    const pageValue = page.fields[field];
    const itemValue = item.fields[field];
    if (pageValue !== undefined && itemValue !== undefined) kept[field] = { page: pageValue, item: itemValue };
  }
  return { fields: kept, ...(status ? { status } : {}) };
}

/**
 * The fields that a group of effects brought to agree.
 *
 * @param pending Effects of the same plan that are still to be carried out: a field is settled only with the last of its own,
 *   else what one side has not got yet would be taken for what it agreed to.
 */
export function settledFields(effects: readonly Effect[], pending: readonly Effect[] = []): readonly string[] {
  return [...new Set(effects.map((effect) => effect.field))].filter(
    (field) => !UNBASED.includes(field) && !pending.some((effect) => effect.field === field),
  );
}

function statusBase(page: PageSnapshot, item: ItemSnapshot): StatusBase {
  return { page: page.status, state: item.state, reason: item.reason };
}
