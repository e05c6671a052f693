// What must be true of alerts and workbook; gives the faults in words.
import type { Resource, Snapshot } from "./bicep-setup.ts";
import { listQueries, readQuery } from "../support/kql.ts";
import { ofType, valueAt } from "./predicted.ts";

const RULE = "Microsoft.Insights/scheduledQueryRules";
const METRIC = "Microsoft.Insights/metricAlerts";
const GROUP = "Microsoft.Insights/actionGroups";
const TEST = "Microsoft.Insights/webtests";

/** What tells somebody, or costs something only to do so. */
export const ALERT_TYPES = [RULE, METRIC, GROUP, TEST];

/** One rule on a query. */
export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly splitBy: readonly string[];
  readonly window: string;
  readonly every: string;
  readonly operator: string;
  readonly threshold: number;
}

/** The rules on queries. */
export function rulesOf(snapshot: Snapshot): readonly Rule[] {
  return ofType(snapshot, RULE).map((rule) => {
    const [criterion] = valueAt(rule, "properties.criteria.allOf") as readonly Readonly<Record<string, unknown>>[];
    const dimensions = (criterion?.["dimensions"] ?? []) as readonly { readonly name: string }[];
    return {
      name: rule.name,
      query: String(criterion?.["query"]),
      splitBy: dimensions.map(({ name }) => name),
      window: String(valueAt(rule, "properties.windowSize")),
      every: String(valueAt(rule, "properties.evaluationFrequency")),
      operator: String(criterion?.["operator"]),
      threshold: Number(criterion?.["threshold"]),
    };
  });
}

/** The tiles of the workbook that show a query. */
export function tilesOf(snapshot: Snapshot): readonly { readonly title: string; readonly query: string }[] {
  const [workbook] = ofType(snapshot, "Microsoft.Insights/workbooks");
  const { items } = JSON.parse(String(valueAt(workbook, "properties.serializedData"))) as {
    readonly items: readonly { readonly type: number; readonly content: { readonly title: string; readonly query: string } }[];
  };
  return items.filter(({ type }) => type === 3).map(({ content }) => content);
}

/** All faults of a deployment that tells somebody. */
export function findAlertFaults(snapshot: Snapshot): readonly string[] {
  const [group, ...others] = ofType(snapshot, GROUP);
  const email = valueAt(group, "properties.emailReceivers.0.emailAddress");
  const rules = ofType(snapshot, RULE);
  const metrics = ofType(snapshot, METRIC);
  return [
    ...(email === undefined || others.length > 0 ? ["there is no one action group with an address"] : []),
    ...[...rules, ...metrics].flatMap((alert) => findSilence(alert, group?.id)),
    ...rules.flatMap((rule) => findWrongScope(snapshot, rule)),
    ...rulesOf(snapshot).flatMap(findWrongColumns),
    ...findUnused(snapshot),
  ];
}

function findSilence(alert: Resource, groupId: string | undefined): readonly string[] {
  const told: readonly unknown[] = [
    valueAt(alert, "properties.actions.actionGroups.0"),
    valueAt(alert, "properties.actions.0.actionGroupId"),
  ];
  return [
    ...(told.includes(groupId) ? [] : [`${alert.name} tells nobody`]),
    ...(valueAt(alert, "properties.enabled") === true ? [] : [`${alert.name} is off`]),
  ];
}

/** The tables have other names in the workspace. */
function findWrongScope(snapshot: Snapshot, rule: Resource): readonly string[] {
  const scopes = valueAt(rule, "properties.scopes") as readonly string[];
  const components = ofType(snapshot, "Microsoft.Insights/components").map(({ id }) => id);
  return scopes.join() === components.join() ? [] : [`${rule.name} looks elsewhere`];
}

function findWrongColumns({ name, query, splitBy }: Rule): readonly string[] {
  const { columns } = readQuery(query);
  return splitBy.filter((column) => !columns.includes(column)).map((column) => `${name} has no column ${column}`);
}

/** A query that nobody asks, and one that is not among the checked ones. */
function findUnused(snapshot: Snapshot): readonly string[] {
  const asked = [...rulesOf(snapshot), ...tilesOf(snapshot)].map(({ query }) => query);
  const known = listQueries();
  return [
    ...known.filter(({ text }) => !asked.includes(text)).map(({ name }) => `nobody asks ${name}`),
    ...asked.filter((query) => !known.some(({ text }) => text === query)).map((query) => `not in infra/queries: ${query}`),
  ];
}
