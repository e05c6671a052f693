// What must be true of alerts and workbook; gives the faults in words.
import { isDeepStrictEqual } from "node:util";
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
  readonly severity: number;
  readonly query: string;
  readonly splitBy: readonly string[];
  readonly window: string;
  readonly every: string;
  /** What is compared: `Count` of the rows. */
  readonly measure: string;
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
      severity: Number(valueAt(rule, "properties.severity")),
      query: String(criterion?.["query"]),
      splitBy: dimensions.map(({ name }) => name),
      window: String(valueAt(rule, "properties.windowSize")),
      every: String(valueAt(rule, "properties.evaluationFrequency")),
      measure: String(criterion?.["timeAggregation"]),
      operator: String(criterion?.["operator"]),
      threshold: Number(criterion?.["threshold"]),
    };
  });
}

/** A tile of the workbook that shows a query. */
export interface Tile {
  readonly title: string;
  readonly query: string;
  /** The parameter that says how far back it looks. */
  readonly timeContextFromParameter: string;
}

interface WorkbookItem {
  readonly type: number;
  readonly content: Tile & { readonly parameters?: readonly { readonly name: string }[] };
}

function itemsOf(snapshot: Snapshot): readonly WorkbookItem[] {
  const [workbook] = ofType(snapshot, "Microsoft.Insights/workbooks");
  return (JSON.parse(String(valueAt(workbook, "properties.serializedData"))) as { readonly items: readonly WorkbookItem[] })
    .items;
}

export const tilesOf = (snapshot: Snapshot): readonly Tile[] =>
  itemsOf(snapshot).flatMap(({ type, content }) => (type === 3 ? [content] : []));

/** Names of what a reader of the workbook can choose. */
export const parametersOf = (snapshot: Snapshot): readonly string[] =>
  itemsOf(snapshot).flatMap(({ content }) => (content.parameters ?? []).map(({ name }) => name));

/** All faults of a deployment that tells somebody. */
export function findAlertFaults(snapshot: Snapshot): readonly string[] {
  const [group, ...others] = ofType(snapshot, GROUP);
  const email = valueAt(group, "properties.emailReceivers.0.emailAddress");
  const rules = ofType(snapshot, RULE);
  const metrics = ofType(snapshot, METRIC);
  return [
    ...(email === undefined || others.length > 0 ? ["there is no one action group with an address"] : []),
    ...[...rules, ...metrics].flatMap((alert) => findSilence(alert, group?.id)),
    ...(valueAt(group, "properties.enabled") === true ? [] : ["the action group is off"]),
    ...[...rules, ...metrics].flatMap(findSlowness),
    ...rules.flatMap((rule) => findWrongScope(snapshot, rule)),
    ...findTestFaults(snapshot),
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

/** It comes at the first answer that says so, and goes by itself, as docs/operations.md says. */
function findSlowness({ name, properties }: Resource): readonly string[] {
  const asked = valueAt(properties, "criteria.allOf.0.failingPeriods");
  const once = { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 };
  return [
    ...(valueAt(properties, "autoMitigate") === true ? [] : [`${name} does not resolve itself`]),
    ...(asked === undefined || isDeepStrictEqual(asked, once) ? [] : [`${name} waits for more than one answer`]),
  ];
}

/** The test of the health route, and the alert on it, which Azure joins by names. */
function findTestFaults(snapshot: Snapshot): readonly string[] {
  const [component] = ofType(snapshot, "Microsoft.Insights/components");
  return ofType(snapshot, TEST).flatMap((test) => {
    const [alert] = ofType(snapshot, METRIC);
    const tags = Object.keys(valueAt(test, "tags") ?? {});
    const right: readonly (readonly [what: string, is: unknown, should: unknown])[] = [
      ["kind", [test["kind"], valueAt(test, "properties.Kind")], ["standard", "standard"]],
      ["Enabled", valueAt(test, "properties.Enabled"), true],
      ["ExpectedHttpStatusCode", valueAt(test, "properties.ValidationRules.ExpectedHttpStatusCode"), 200],
      ["SSLCheck", valueAt(test, "properties.ValidationRules.SSLCheck"), true],
      ["link to the component", tags.includes(`hidden-link:${component?.id ?? ""}`), true],
      ["scopes of its alert", valueAt(alert, "properties.scopes"), [component?.id, test.id]],
      ["componentId of its alert", valueAt(alert, "properties.criteria.componentId"), component?.id],
    ];
    return right
      .filter(([, is, should]) => !isDeepStrictEqual(is, should))
      .map(([what, is]) => `the test of the health route has ${what} ${JSON.stringify(is)}`);
  });
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
