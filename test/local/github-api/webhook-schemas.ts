// Checks payloads against the JSON schemas that GitHub publishes for its webhooks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly format?: string;
}

interface Webhook {
  readonly post: { readonly requestBody: { readonly content: { readonly "application/json": { readonly schema: JsonSchema } } } };
}

interface Description {
  readonly webhooks: Readonly<Record<string, Webhook>>;
  readonly [key: string]: unknown;
}

let loaded: Description | undefined;

function description(): Description {
  const file = createRequire(import.meta.url).resolve("@octokit/openapi-webhooks/generated/api.github.com.json");
  loaded ??= JSON.parse(readFileSync(file, "utf8")) as Description;
  return loaded;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function resolve(schema: JsonSchema): JsonSchema {
  if (!schema.$ref) return schema;
  let found: unknown = description();
  for (const key of schema.$ref.slice(2).split("/")) found = isRecord(found) ? found[key] : undefined;
  return resolve(found as JsonSchema);
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;

function matchesType(value: unknown, type: string | readonly string[]): boolean {
  const found = typeOf(value);
  return [type].flat().some((name) => name === found || (name === "number" && found === "integer"));
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uri: /^(https?|git):\/\//,
};

function checkParts(value: unknown, schema: JsonSchema, path: string): string[] {
  const faults = (schema.allOf ?? []).flatMap((part) => check(value, part, path));
  for (const choices of [schema.anyOf, schema.oneOf]) {
    // A few published schemas allow null by their type but forget it among their choices.
    if (!choices || (value === null && schema.type?.includes("null"))) continue;
    const results = choices.map((choice) => check(value, choice, path));
    if (results.some((result) => result.length === 0)) continue;
    faults.push(...(results.sort((left, right) => left.length - right.length)[0] ?? []));
  }
  return faults;
}

function checkObject(value: Record<string, unknown>, schema: JsonSchema, path: string): string[] {
  const faults = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  for (const [key, part] of Object.entries(value)) {
    const property = schema.properties?.[key];
    if (property) faults.push(...check(part, property, `${path}.${key}`));
    else if (schema.additionalProperties === false) faults.push(`${path}.${key} is not allowed`);
    else if (isRecord(schema.additionalProperties)) faults.push(...check(part, schema.additionalProperties, `${path}.${key}`));
  }
  return faults;
}

function check(value: unknown, given: JsonSchema, path: string): string[] {
  const schema = resolve(given);
  if (schema.type && !matchesType(value, schema.type)) return [`${path} should be ${String(schema.type)}, is ${typeOf(value)}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${path} is ${JSON.stringify(value)}, not one of ${JSON.stringify(schema.enum)}`];
  const faults = checkParts(value, schema, path);
  const format = FORMATS[schema.format ?? ""];
  if (format && typeof value === "string" && value !== "" && !format.test(value))
    faults.push(`${path} is no ${schema.format ?? ""}: ${value}`);
  if (isRecord(value)) faults.push(...checkObject(value, schema, path));
  const { items } = schema;
  if (Array.isArray(value) && items) faults.push(...value.flatMap((item, index) => check(item, items, `${path}[${index}]`)));
  return faults;
}

/** Lists what is wrong with a payload, by path; empty when it has the published shape. */
export function payloadFaults(event: string, payload: Readonly<Record<string, unknown>>): string[] {
  const action = typeof payload["action"] === "string" ? `-${payload["action"]}` : "";
  const name = `${event}${action}`.replaceAll("_", "-");
  const webhook = description().webhooks[name];
  if (!webhook) return [`GitHub publishes no webhook "${name}"`];
  return check(payload, webhook.post.requestBody.content["application/json"].schema, name);
}
