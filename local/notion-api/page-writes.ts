import type { JsonObject } from "./body.ts";
import { validationError } from "./errors.ts";
import { findProperty, type PropertyConfig, type StoredValue } from "./model.ts";
import { parsePropertyValue, type WriteContext } from "./property-writes.ts";

/** Reads the `properties` of a request, whose keys are names or ids; the result is by id. */
export function parseProperties(
  schema: readonly PropertyConfig[],
  properties: JsonObject,
  context: WriteContext,
): Map<string, StoredValue> {
  const values = new Map<string, StoredValue>();
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const config = findProperty(schema, key);
    if (!config) throw validationError(`${key} is not a property that exists.`);
    values.set(config.id, parsePropertyValue(config, value, `body.properties.${key}`, context));
  }
  return values;
}
