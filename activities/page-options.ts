import type { SchemaProperty } from "../notion/schema.ts";
import type { NotionEffect } from "../sync/effect.ts";
import { isSet } from "../sync/field-value.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";

/** The effects that can be written, and what is wrong with the others. */
export interface CheckedEffects {
  readonly effects: readonly NotionEffect[];
  readonly problems: readonly FieldProblem[];
}

/** Leaves out what would make a new option in Notion, unless the mapping allows it; the option is named. */
export async function checkOptions(
  deps: ActivityDeps,
  mapping: Mapping,
  effects: readonly NotionEffect[],
): Promise<CheckedEffects> {
  const fields = new Map(mapping.fields.map(({ github, notion }) => [github, notion]));
  if (mapping.createOptions || !effects.some((effect) => effect.field !== "title" && fields.has(effect.field)))
    return { effects, problems: [] };
  const { properties } = await deps.facts.notion.readSchema(mapping.notion.dataSourceId);
  const problems: FieldProblem[] = [];
  const fitting = effects.filter((effect) => {
    const name = fields.get(effect.field);
    const property = properties.find((candidate) => candidate.name === name || candidate.id === name);
    const missing = property ? missingOptions(property, effect) : [];
    if (property && missing.length > 0) problems.push(optionsMissing(effect.field, property, missing));
    return missing.length === 0;
  });
  return { effects: fitting, problems };
}

/** What the page has already is an option, though it may be newer than what is known of the property. */
function missingOptions({ options }: SchemaProperty, { from, to }: NotionEffect): readonly string[] {
  if (!options || to === null) return [];
  const known = new Set([...options.map(({ name }) => name), ...toNames(from)].map((name) => name.toLowerCase()));
  return toNames(to).filter((name) => !known.has(name.toLowerCase()));
}

function toNames(value: FieldValue): readonly string[] {
  return value === null ? [] : isSet(value) ? value : [String(value)];
}

function optionsMissing(field: string, property: SchemaProperty, names: readonly string[]): FieldProblem {
  const quoted = names.map((name) => `"${name}"`).join(", ");
  return {
    field,
    code: "option_missing",
    reason: `Property "${property.name}" has no option ${quoted}.`,
    remedy: `Add the option in Notion, or set "createOptions" in the mapping.`,
  };
}
