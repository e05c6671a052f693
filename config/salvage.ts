// The rules across keys must run even while some keys are wrong, so that all problems are told at once. For that, what is wrong is
// cut out of a copy, and the rules see a value in which anything may be absent but nothing is malformed.
import type { Path } from "./path.ts";

/** A value of which any part may have been cut out, and is then `undefined`. */
export type Salvaged<T> = T extends readonly (infer Item)[]
  ? readonly (Salvaged<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Salvaged<Exclude<T[Key], undefined>> | undefined }
    : T;

/** Copies plain JSON without what sits at the given paths. */
export function salvage<T>(written: unknown, faulty: readonly Path[]): Salvaged<T> | undefined {
  if (faulty.some((path) => path.length === 0)) return undefined;
  const copy: unknown = structuredClone(written);
  for (const path of faulty) {
    const parent = path.slice(0, -1).reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), copy);
    const key = path.at(-1);
    if (!isObject(parent) || key === undefined) continue;
    parent[key] = undefined; // and not deleted: lists keep their positions, and a rule can tell cut out from absent
  }
  return copy as Salvaged<T>;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return value !== null && typeof value === "object";
}
