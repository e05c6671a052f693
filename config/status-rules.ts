import type { Report } from "./rule.ts";
import type { Salvaged } from "./salvage.ts";
import type { WrittenStatus } from "./schema-status.ts";
import { choices, nearest, quote } from "./wording.ts";

type Draft = Salvaged<WrittenStatus>;
type Value = NonNullable<NonNullable<Draft["values"]>[string]>;

/** Holds the status of a mapping against the rules across its keys; paths are those of the mapping. */
export function checkStatus(status: Draft, report: Report): void {
  if (status.values === undefined) return;
  const entries = Object.entries(status.values);
  if (entries.length === 0) {
    report(["status", "values"], "No status is listed.", 'Add at least one, as in { "Ready": { "item": "open" } }.');
    return;
  }
  const items = entries.map(([, value]) => value?.item);
  if (!items.includes("open") && !items.includes(undefined)) {
    report(
      ["status", "values"],
      "No status means open, so no page would ever become an issue.",
      'Give at least one value "item": "open".',
    );
  }
  for (const [name, value] of entries) checkValue(name, value, report);
  const open = entries.filter(([, value]) => value?.item === "open").map(([name]) => name);
  for (const key of ["created", "reopened"] as const) {
    const name = status[key] ?? undefined;
    if (name === undefined || open.includes(name)) continue;
    const listed = status.values[name];
    if (name in status.values && listed?.item === undefined) continue; // its own fault is told already
    const meant = nearest(name, open);
    report(
      ["status", key],
      name in status.values
        ? `The status ${quote(name)} does not mean open.`
        : `The status ${quote(name)} is not listed in status.values.`,
      meant === undefined
        ? `Use ${open.length === 0 ? "a listed value with item open" : choices(open)}, or null for the first one.`
        : `Did you mean ${quote(meant)}?`,
    );
  }
}

function checkValue(name: string, value: Value | undefined, report: Report): void {
  const path = ["status", "values", name];
  if (name.trim() === "")
    report(path, "A status has an empty name.", "Name it as in Notion; an empty status changes nothing anyway.");
  if (value?.item === undefined) return;
  if (value.item !== "closed") {
    if (value.reason !== undefined) {
      report(
        [...path, "reason"],
        `A reason goes only with item "closed", and this is ${quote(value.item)}.`,
        "Remove the reason, or close the item.",
      );
    }
    if (value.pullRequest !== undefined && value.pullRequest !== null) {
      report(
        [...path, "pullRequest"],
        `${quote(value.pullRequest)} ends a pull request and goes only with item "closed"; this is ${quote(value.item)}.`,
        "Remove it, or close the item.",
      );
    }
  } else if (value.draft === true && (value.pullRequest === "merge" || value.pullRequest === "autoMerge")) {
    report([...path, "draft"], "A draft cannot be merged.", "Remove draft, or use false so that it becomes ready for review.");
  }
}
