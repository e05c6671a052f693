// What `func azure functionapp publish` would put into its archive, by the rules of Core Tools 4.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../../scripts/stage.ts";

/** Folders and files that are left out wherever they are, whatever `.funcignore` says. */
const NEVER = [/(^|\/)\.(git|vscode)\//i, /(^|\/)(\.gitignore|\.funcignore|local\.settings\.json|project\.lock\.json)$/i];

/**
 * Lists the files of an app that are uploaded, as paths from its folder.
 *
 * @remarks A line of `.funcignore` matches from the start of the path to the end of a word, so it also takes what begins like it;
 * `*` stays within a segment, `**` does not; lines that begin with `!` win over all others.
 */
export function listUploaded(folder: string, files: readonly string[] = listFiles(folder)): readonly string[] {
  const ignoreFile = join(folder, ".funcignore");
  const lines = existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8").split(/\r?\n/) : [];
  const rules = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const denied = rules.filter((rule) => !rule.startsWith("!")).map(toPattern);
  const allowed = rules.filter((rule) => rule.startsWith("!")).map((rule) => toPattern(rule.slice(1)));
  const matches = (patterns: readonly RegExp[], path: string): boolean => patterns.some((pattern) => pattern.test(path));
  return files.filter((path) => !matches(NEVER, path) && (matches(allowed, path) || !matches(denied, path)));
}

function toPattern(rule: string): RegExp {
  const text = rule.replace(/^\/|\/$/g, "");
  const parts = text.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return "(.+)";
    if (part === "*") return "([^\\/]+)";
    return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  // A rule that ends in a star has no word to end at.
  return new RegExp(`^${parts.join("")}${text.endsWith("*") ? "" : "\\b"}`);
}
