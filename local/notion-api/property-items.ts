import { sliceItems } from "./body.ts";
import { validationError } from "./errors.ts";
import { findProperty } from "./model.ts";
import { requirePage } from "./pages.ts";
import { toWholeValue } from "./property-reads.ts";
import { createShowUser, type Call, type Services } from "./services.ts";

const LISTED = ["title", "rich_text", "people", "relation"];

/** `GET /v1/pages/{id}/properties/{id}`: one item, or of title, rich text, people and relations a list of all entries in parts. */
export function retrievePropertyItem(services: Services, call: Call): object {
  const page = requirePage(services, call.ids[0]);
  const key = call.ids[1] ?? "";
  const config = findProperty(services.store.schemaOf(page), key);
  if (!config) throw validationError(`${key} is not a property that exists.`);
  const { id, type, ...content } = toWholeValue(config, page, createShowUser(services, call));
  const item = (value: unknown): object => ({ object: "property_item", type, id, [type]: value });
  const values: unknown = Object.values(content)[0];
  if (!LISTED.includes(type) || !Array.isArray(values)) return item(values);
  const { results, next_cursor, has_more } = sliceItems<unknown>(values, call.query);
  const path = `${call.origin}/v1/pages/${page.id}/properties/${config.id}`;
  const next_url = next_cursor === null ? null : `${path}?start_cursor=${next_cursor}`;
  const property_item = { id, next_url, type, [type]: {} };
  return { object: "list", results: results.map(item), next_cursor, has_more, type: "property_item", property_item };
}
