// What deliveries tell of an item's place in a project, value by value, in a form that a link can remember.
import { fingerprint } from "./fingerprint.ts";
import type { Mapping } from "./mapping.ts";
import type { FieldValue, ItemSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";

/** Where an item stands in the mapped project. */
export type Whereabouts = "in" | "archived" | "out";

/** The fingerprint of one value of an item's place: of `place` itself, of `column`, or of a field as `project.<name>`. */
export function placePrint(field: string, value: FieldValue): string {
  return fingerprint(["place", field, value]);
}

/** The fingerprints of all that a mapping reads of an item's place; `undefined`: it was not read. */
export function placePrints(item: ItemSnapshot, mapping: Mapping): readonly string[] | undefined {
  const { project: place, fields } = item;
  if (place === undefined) return undefined;
  if (place === null) return [placePrint("place", "out")];
  const mapped = mapping.fields.map(({ github }) => github).filter(isProjectField);
  return [
    placePrint("place", place.isArchived ? "archived" : "in"),
    placePrint("column", place.column),
    ...mapped.map((field) => placePrint(field, fields[field] ?? null)),
  ];
}
