// Reads what was predicted.
import { inject } from "vitest";
import type { Answers, Resource, Snapshot } from "./bicep-setup.ts";

/**
 * What the Bicep CLI said.
 *
 * @throws Error which says how to get the CLI.
 */
export function answers(): Answers {
  const said = inject("bicep");
  if (said === undefined) throw new Error("The Bicep CLI was not asked: run these tests in the project infra.");
  if ("problem" in said) throw new Error(said.problem);
  return said.answers;
}

/** The resources of one type. */
export function ofType({ predictedResources }: Snapshot, type: string): readonly Resource[] {
  return predictedResources.filter((resource) => resource.type === type);
}

/** The value at a path such as `properties.siteConfig.minTlsVersion`. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The app's settings: name to value, which may be an expression in brackets. */
export function settingsOf(snapshot: Snapshot): ReadonlyMap<string, string> {
  const [site] = ofType(snapshot, "Microsoft.Web/sites");
  const list = valueAt(site, "properties.siteConfig.appSettings") as readonly { name: string; value: string }[];
  return new Map(list.map(({ name, value }) => [name, value]));
}

/** The settings as the app would have them, with what only Azure knows filled in. */
export function environmentOf(snapshot: Snapshot): Readonly<Record<string, string>> {
  const known: readonly (readonly [RegExp, string])[] = [
    [/\.primaryEndpoints\.(\w+)\]$/, "https://account.$1.core.windows.net/"],
    [/\.vaultUri\]$/, "https://vault.vault.azure.net/"],
    [/\.clientId\]$/, "44444444-4444-4444-8444-444444444444"],
  ];
  const fill = (value: string): string => {
    const [pattern, text] = known.find(([form]) => form.test(value)) ?? [/^/, value];
    return text.replace("$1", pattern.exec(value)?.[1] ?? "");
  };
  return Object.fromEntries([...settingsOf(snapshot)].map(([name, value]) => [name, fill(value)]));
}

/** Role assignments as `<role id> on <resource type> for <whom>`. */
export function rolesOf(snapshot: Snapshot): readonly string[] {
  return ofType(snapshot, "Microsoft.Authorization/roleAssignments").map((assignment) => {
    const role = text(valueAt(assignment, "properties.roleDefinitionId")).split("/").at(-1) ?? "";
    const scope = assignment.id.slice(0, assignment.id.indexOf("/providers/Microsoft.Authorization/roleAssignments"));
    const resource = snapshot.predictedResources.find(({ id }) => id === scope)?.type ?? `another place: ${scope}`;
    return `${role} on ${resource} for ${principalOf(text(valueAt(assignment, "properties.principalId")))}`;
  });
}

function principalOf(expression: string): string {
  const identity = /userAssignedIdentities\/[^']+', '[^']+'\)\.principalId\]$/.test(expression);
  return identity ? "the app" : expression;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
