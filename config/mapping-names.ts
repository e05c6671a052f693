import type { Report } from "./rule.ts";
import type { Salvaged } from "./salvage.ts";
import type { WrittenConfig } from "./schema.ts";
import { quote } from "./wording.ts";

/** Holds the names of all mappings against each other: they are keys of stored rows and of instances. */
export function checkNames(config: Salvaged<WrittenConfig>, report: Report): void {
  const mappings = config.mappings ?? [];
  // Without regard to case, because people and routes are careless about it.
  const names = new Map<string, number>();
  for (const [index, mapping] of mappings.entries()) {
    if (mapping?.name === undefined) continue;
    const first = names.get(mapping.name.toLowerCase());
    if (first === undefined) names.set(mapping.name.toLowerCase(), index);
    else
      report(
        ["mappings", index, "name"],
        `${quote(mapping.name)} is the name of mappings[${first}] too.`,
        "Give each mapping a name of its own.",
      );
  }
  const previous = new Map<string, number>();
  for (const [index, mapping] of mappings.entries()) {
    const name = mapping?.previousName ?? undefined;
    if (name === undefined) continue;
    const path = ["mappings", index, "previousName"];
    const key = name.toLowerCase();
    const named = names.get(key);
    const first = previous.get(key);
    if (named !== undefined) {
      report(
        path,
        `${quote(name)} is the present name of mappings[${named}].`,
        "A mapping can take over only the links of a name that is no longer in use: remove previousName, or rename that mapping.",
      );
    } else if (first !== undefined) {
      report(path, `mappings[${first}] takes over the links of ${quote(name)} already.`, "Keep previousName in one of them.");
    } else previous.set(key, index);
  }
}
