// Aggregations of KQL: exactly those that the project's queries use, by Microsoft's documentation.
import type { KqlNode } from "./kql-parse.ts";
import { argumentsOf, compileScalar, refuse, valueOf } from "./kql-scalar.ts";
import type { Compute, Reach, Value } from "./kql-scalar.ts";

/** A row: column to value. */
export type Row = Readonly<Record<string, Value>>;

/** What one expression of `summarize` gives for a group: a value for each of its columns. */
export type Summary = (group: readonly Row[]) => readonly Value[];

/** Makes an expression of `summarize` computable: an aggregation, or arithmetic over some. */
export function compileSummary(node: KqlNode, rows: Reach<Row>): Summary {
  const several = compileSeveral(node, rows);
  if (several) return several;
  const groups: Reach<readonly Row[]> = {
    name: () => undefined,
    call: (call) => compileAggregate(call, rows),
    nowMs: rows.nowMs,
  };
  const value = compileScalar(node, groups);
  return (group) => [value(group)];
}

/** Aggregations that give more than one column. */
function compileSeveral(node: KqlNode, rows: Reach<Row>): Summary | undefined {
  const [first, ...rest] = argumentsOf(node);
  if (node.kind !== "FunctionCallExpression" || !first) return undefined;
  switch (node.name) {
    case "arg_max": {
      const [by, ...others] = [first, ...rest].map((argument) => compileScalar(argument, rows));
      return (group) => {
        const best = by && findGreatest(group, by);
        return [by, ...others].map((column) => (best && column ? column(best) : null));
      };
    }
    case "percentilesw": {
      const [weightNode, ...ranks] = rest;
      const [value, weight] = [compileScalar(first, rows), compileScalar(weightNode ?? refuse(node.text), rows)];
      const percents = ranks.map((rank) => Number(valueOf(rank)));
      return (group) => {
        const weighted = group.map((row) => ({ value: value(row), weight: Number(weight(row)) }));
        return percents.map((percent) => nearestRank(weighted, percent));
      };
    }
    default:
      return undefined;
  }
}

function compileAggregate(node: KqlNode, rows: Reach<Row>): Compute<readonly Row[]> | undefined {
  const [first, second] = argumentsOf(node).map((argument) => compileScalar(argument, rows));
  const isNumber = ["int", "long", "real"].includes(argumentsOf(node)[0]?.type ?? "");
  const isOrdered = isNumber || argumentsOf(node)[0]?.type === "datetime";
  const known = (group: readonly Row[]): readonly Value[] =>
    first ? group.map(first).filter((value) => value !== null) : refuse(node.text);
  const numbers = (group: readonly Row[]): readonly number[] => known(group).map(Number);
  switch (node.name) {
    case "sum":
      return isNumber ? (group) => sum(numbers(group)) : refuse(node.text);
    case "sumif":
      return isNumber && second ? (group) => sum(numbers(group.filter((row) => second(row) === true))) : refuse(node.text);
    case "max":
      return isOrdered
        ? (group) => numbers(group).reduce<number | null>((a, b) => (a === null || b > a ? b : a), null)
        : refuse(node.text);
    case "min":
      return isOrdered
        ? (group) => numbers(group).reduce<number | null>((a, b) => (a === null || b < a ? b : a), null)
        : refuse(node.text);
    case "dcount":
      return (group) => new Set(known(group)).size;
    default:
      return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

/** The row with the greatest value; the first one where all are null. */
function findGreatest(group: readonly Row[], by: Compute<Row>): Row | undefined {
  const [first] = group;
  if (!first) return undefined;
  let best = { row: first, value: by(first), isTied: false };
  for (const row of group.slice(1)) {
    const value = by(row);
    if (value === null) continue;
    if (best.value === null || Number(value) > Number(best.value)) best = { row, value, isTied: false };
    else if (value === best.value) best = { ...best, isTied: true };
  }
  return best.isTied ? refuse("arg_max of equal values, of which either may be taken,") : best.row;
}

/** The smallest value that at least so many percent of the weight are not above. */
function nearestRank(given: readonly { readonly value: Value; readonly weight: number }[], percent: number): Value {
  const sorted = given.filter(({ value }) => value !== null).toSorted((a, b) => Number(a.value) - Number(b.value));
  const needed = (sum(sorted.map(({ weight }) => weight)) * percent) / 100;
  let seen = 0;
  return sorted.find(({ weight }) => (seen += weight) >= needed)?.value ?? null;
}
