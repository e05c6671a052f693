import type { FieldValue } from "./model.ts";

/** Tells whether two neutral values are the same; sets are compared without regard to order. */
export function isSameValue(left: FieldValue, right: FieldValue): boolean {
  if (isSet(left) && isSet(right)) {
    if (left.length !== right.length) return false;
    const sorted = [...right].sort();
    return [...left].sort().every((member, index) => member === sorted[index]);
  }
  return left === right;
}

/** Tells whether a value is empty: `null`, a text of white space, or a set without members. */
export function isEmptyValue(value: FieldValue): boolean {
  if (value === null) return true;
  if (isSet(value)) return value.length === 0;
  return typeof value === "string" && value.trim() === "";
}

/** Narrows a value to a set. */
export function isSet(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
