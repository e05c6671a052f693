import { readFile } from "node:fs/promises";
import { parseConfig, type ParsedConfig } from "./config.ts";
import { parseJsonText } from "./json-text.ts";
import { formatPath } from "./path.ts";

/**
 * Reads the mapping file and parses it.
 *
 * @param file Path of the file.
 * @param name What problems call it; default: the path.
 * @returns The configuration, or all problems: an unreadable file or bad JSON is one, with line and column.
 */
export async function readConfig(file: string, name: string = file): Promise<ParsedConfig> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const reason = code === "ENOENT" ? "There is no such file." : `The file cannot be read (${code}).`;
    return { problems: [{ path: name, reason, fix: "Set SYNC_CONFIG to the path of the mapping file." }] };
  }
  return parseConfigText(text, name);
}

/** Parses the text of a mapping file. */
export function parseConfigText(text: string, name: string): ParsedConfig {
  const json = parseJsonText(text);
  if ("fault" in json) {
    const { line, column, reason } = json.fault;
    return {
      problems: [
        {
          path: `${name}:${line}:${column}`,
          reason: `This is not JSON. ${reason}`,
          fix: "Mend it there; an editor with JSON support shows the place.",
        },
      ],
    };
  }
  const twice = json.twice.map((path) => ({
    path: formatPath(name, path, json.value),
    reason: "This key is there twice in one object.",
    fix: "Keep one of them; the first would be ignored.",
  }));
  const parsed = parseConfig(json.value, name);
  if (twice.length === 0) return parsed;
  return { problems: [...twice, ...("problems" in parsed ? parsed.problems : [])] };
}
