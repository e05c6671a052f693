// What was about to be written when nobody learned how it ended: by it our own write is told from an edit that a person made.
import type { CreateEffect, Effect } from "./effect.ts";
import { isSameValue } from "./field-value.ts";
import type { Base, FieldBase, FieldProblem, Intent, ItemSnapshot, PageSnapshot, Side, StatusBase } from "./model.ts";

/** The base as it will be once the effects of a plan succeed, field by field; it is stored before the first of them is sent. */
export function intentOf(effects: readonly Effect[], page: PageSnapshot, item: ItemSnapshot): Intent {
  const fields: Record<string, { readonly after: FieldBase; readonly writes: readonly Side[] }> = {};
  let status: Intent["status"];
  for (const effect of effects) {
    if (effect.field === "status") {
      const before = status ?? { after: { page: page.status, state: item.state, reason: item.reason }, writes: [] };
      const after = toStatus(effect, before.after);
      if (after) status = { after, writes: [...before.writes, effect.side] };
      continue;
    }
    const before = fields[effect.field] ?? { after: toFieldBase(effect.field, page, item), writes: [] };
    if (effect.kind !== "update" || !before.after) continue;
    const after = effect.side === "github" ? { ...before.after, item: effect.to } : { ...before.after, page: effect.to };
    fields[effect.field] = { after, writes: [...before.writes, effect.side] };
  }
  return { fields, ...(status ? { status } : {}) };
}

/** The same for what is sent with the request that creates an item; fields of which only a part is sent are left out. */
export function creationIntent(effect: CreateEffect, page: PageSnapshot, problems: readonly FieldProblem[]): Intent {
  const whole = Object.entries(effect.fields ?? {}).filter(([field]) => problems.every((problem) => problem.field !== field));
  const fields = whole.map(([field, item]) => {
    const after = { page: page.fields[field] ?? null, item };
    return [field, { after, writes: ["github"] as const }] as const;
  });
  return { fields: Object.fromEntries(fields) };
}

/** The base with each field whose writing turns out to have succeeded: what was to be written stands where it was to be written. */
export function recoverBase(base: Base, intent: Intent, page: PageSnapshot, item: ItemSnapshot): Base {
  const fields: Record<string, FieldBase> = { ...base.fields };
  for (const [name, { after, writes }] of Object.entries(intent.fields)) {
    const now = toFieldBase(name, page, item);
    const stands = (side: Side): boolean =>
      now !== undefined && (side === "github" ? isSameValue(now.item, after.item) : isSameValue(now.page, after.page));
    if (writes.every(stands)) fields[name] = after;
  }
  const status = intent.status?.writes.every((side) => isStanding(side, intent.status?.after, page, item))
    ? // The column and the draft state that go with it come after it: whether they were written is not known.
      intent.status.after
    : base.status;
  return { fields, ...(status ? { status } : {}) };
}

function toStatus(effect: Effect, before: StatusBase): StatusBase | undefined {
  if (effect.side === "notion") return typeof effect.to === "string" ? { ...before, page: effect.to } : undefined;
  if (effect.on === "companion") return undefined;
  if (effect.kind === "close") return { ...before, state: "closed", reason: effect.reason };
  return effect.kind === "reopen" ? { ...before, state: "open", reason: null } : undefined;
}

function isStanding(side: Side, after: StatusBase | undefined, page: PageSnapshot, item: ItemSnapshot): boolean {
  if (side === "notion") return page.status === after?.page;
  return item.state === after?.state && item.reason === after.reason;
}

function toFieldBase(field: string, page: PageSnapshot, item: ItemSnapshot): FieldBase | undefined {
  const [pageValue, itemValue] = [page.fields[field], item.fields[field]];
  return pageValue === undefined || itemValue === undefined ? undefined : { page: pageValue, item: itemValue };
}
