import type { Effect } from "./effect.ts";
import { isSameValue, isSet } from "./field-value.ts";
import type { Base, FieldBase, FieldValue, ItemSnapshot, Link, PageSnapshot, StatusBase } from "./model.ts";
import { isProjectField } from "./project-field.ts";

/** What is written but not merged. */
const UNBASED: readonly string[] = ["notice", "reference", "item", "companion", "project", "body"];

/**
 * The base after some fields came to agree: for each named field both sides are as they are now.
 *
 * @remarks A status whose `column` or `draft` is not named beside it forgets it, so that one that was refused is written again.
 */
export function rebase(base: Base | undefined, fields: readonly string[], page: PageSnapshot, item: ItemSnapshot): Base {
  const kept: Record<string, FieldBase> = { ...base?.fields };
  let status = base?.status;
  for (const field of fields) {
    if (field === "status") {
      status = { page: page.status, state: item.state, reason: item.reason };
      continue;
    }
    if (field === "column" || field === "draft") continue;
    const pageValue = page.fields[field];
    const itemValue = item.fields[field];
    if (pageValue !== undefined && itemValue !== undefined) kept[field] = { page: pageValue, item: itemValue };
  }
  if (status && fields.includes("column") && item.project) status = { ...status, column: item.project.column };
  if (status && fields.includes("draft")) status = { ...status, draft: true };
  return { fields: kept, ...(status ? { status } : {}) };
}

/** The base of a linked pair as far as it still holds: what was agreed of a card in the project went with the card. */
export function standingBase(link: Link | undefined, item: ItemSnapshot): Base | undefined {
  const base = link?.state === "linked" ? link.base : undefined;
  const isSameCard = item.project === undefined || item.project?.projectItemId === link?.projectItemId;
  if (!base || link?.projectItemId === undefined || isSameCard) return base;
  const fields = Object.fromEntries(Object.entries(base.fields).filter(([field]) => !isProjectField(field)));
  const { column: _column, ...status } = base.status ?? {};
  return { fields, ...(base.status ? { status: status as StatusBase } : {}) };
}

/** Tells whether a person took the item out of the project: it is not put back, and its fields there stand still. */
export function isTakenOut(link: Link | undefined, item: ItemSnapshot): boolean {
  return item.project === null && link?.state === "linked" && link.projectItemId !== undefined;
}

/**
 * The base of sets of which only a part went across: members that both sides have are agreed on, so that taking one away is
 * seen as such; what one side alone has stays as it was.
 */
export function rebaseSets(base: Base, page: PageSnapshot, item: ItemSnapshot): Base {
  const fields: Record<string, FieldBase> = { ...base.fields };
  for (const [field, onPage] of Object.entries(page.fields)) {
    const onItem = item.fields[field];
    if (!isSet(onPage) || onItem === undefined || !isSet(onItem) || isSameValue(onPage, onItem)) continue;
    const common = onPage.filter((member) => onItem.includes(member));
    const somewhere = new Set([...onPage, ...onItem]);
    const agree = (before: FieldValue | undefined): readonly string[] => {
      const kept = before !== undefined && isSet(before) ? before.filter((member) => somewhere.has(member)) : [];
      return [...new Set([...kept, ...common])].sort();
    };
    fields[field] = { page: agree(fields[field]?.page), item: agree(fields[field]?.item) };
  }
  return { ...base, fields };
}

/**
 * The fields that a group of effects brought to agree.
 *
 * @param pending Effects of the same plan that are not carried out yet, or were refused: a field is settled only with the last of
 *   its own, else what one side has not got would be taken for what it agreed to.
 */
export function settledFields(effects: readonly Effect[], pending: readonly Effect[] = []): readonly string[] {
  // A companion's state is none of the fields in which the pair's two sides agree.
  const own = effects.filter((effect) => !("on" in effect));
  return [...new Set(own.map((effect) => effect.field))].filter(
    (field) => !UNBASED.includes(field) && !pending.some((effect) => effect.field === field),
  );
}
