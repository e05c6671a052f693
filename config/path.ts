/** Where a value sits in the mapping file, from the root. */
export type Path = readonly PropertyKey[];

const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/**
 * Writes a path as `sync.config.json: mappings[0].status.values["In Progress"].item`.
 *
 * People are counted instead of named: their keys are e-mail addresses, which must not reach a log.
 */
export function formatPath(file: string, path: Path, written: unknown): string {
  let text = "";
  let value = written;
  for (const [index, key] of path.entries()) {
    if (path[index - 1] === "people" && index === 3) {
      const position = value !== null && typeof value === "object" ? Object.keys(value).indexOf(String(key)) : -1;
      text += ` (entry ${position + 1})`;
    } else if (typeof key === "number") text += `[${key}]`;
    else if (PLAIN_KEY.test(String(key))) text += `${text === "" ? "" : "."}${String(key)}`;
    else text += `[${JSON.stringify(String(key))}]`;
    value = at(value, key);
  }
  return text === "" ? file : `${file}: ${text}`;
}

function at(value: unknown, key: PropertyKey): unknown {
  return value !== null && typeof value === "object" ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined;
}
