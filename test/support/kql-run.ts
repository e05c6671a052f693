// Runs queries: walks what Microsoft's parser understood, and does what its documentation says. Knows exactly the operators,
// functions and aggregations that the queries of the project use, and for examples `print` and `datatable`; any other is refused
// by name, and so is what the documentation leaves open.
import { compileSummary } from "./kql-aggregate.ts";
import type { Row } from "./kql-aggregate.ts";
import { parseKql } from "./kql-parse.ts";
import type { KqlColumn, KqlNode } from "./kql-parse.ts";
import { compileScalar, refuse, valueOf } from "./kql-scalar.ts";
import type { Reach, Value } from "./kql-scalar.ts";

/** Table → rows; times are ISO-8601 UTC, and a column that is left out is null, or the empty text. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

interface Source {
  readonly tables: Tables;
  readonly nowMs: number;
}

/** An operator, or several one after the other. */
type Run = (source: Source) => readonly Row[];

/**
 * Makes a query runnable.
 *
 * @returns Takes the tables and the time that the query takes for now, in milliseconds; gives rows with the columns in the order
 * of the query, times as ISO-8601 UTC and timespans in milliseconds.
 * @throws NotRun for what is not run here, Error for what the parser refuses.
 */
export function compileQuery(text: string): (tables: Tables, nowMs: number) => readonly Row[] {
  const { problems, root, columns } = parseKql(text);
  if (problems.length > 0) throw new Error(`The query is wrong: ${problems.join("; ")}`);
  const [statement, ...others] = root.parts.at(-1)?.parts ?? [];
  const expression = statement?.parts[0];
  if (!expression || others.length > 0) return refuse("more than one statement");
  const run = compileTable(expression);
  return (tables, nowMs) => run({ tables, nowMs }).map((row) => toResult(row, columns));
}

/** Runs a query once. */
export function runQuery(text: string, tables: Tables = {}, nowMs = 0): readonly Row[] {
  return compileQuery(text)(tables, nowMs);
}

function toResult(row: Row, columns: readonly KqlColumn[]): Row {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      return [name, type === "datetime" && typeof value === "number" ? new Date(value).toISOString() : value];
    }),
  );
}

function compileTable(node: KqlNode): Run {
  const [first, operator] = node.parts;
  switch (node.kind) {
    case "PipeExpression":
      return compileOperator(operator ?? refuse(node.text), first ?? refuse(node.text));
    case "NameReference":
      return ({ tables }) => (tables[node.name ?? ""] ?? []).map((row) => fromStored(row, node.columns));
    case "DataTableExpression":
      return compileDatatable(node);
    case "PrintOperator":
      return compileProject(node, () => [{}]);
    default:
      return refuse(`the operator ${node.kind}`);
  }
}

function compileOperator(node: KqlNode, before: KqlNode): Run {
  const input = compileTable(before);
  const [parameters, ...parts] = node.parts;
  const [subject] = parts;
  const isPlain = parameters?.kind === "List" && parameters.parts.length === 0;
  switch (node.kind) {
    case "FilterOperator":
      return isPlain && subject ? compileFilter(subject, input) : refuse(node.text);
    case "ExtendOperator":
      return compileExtend(node, input);
    case "ProjectOperator":
      return compileProject(node, input);
    case "SummarizeOperator":
      return isPlain ? compileSummarize(node, input) : refuse(node.text);
    case "SortOperator":
      return isPlain && subject ? compileSort(subject, input) : refuse(node.text);
    case "TakeOperator": {
      if (before.parts.at(-1)?.kind !== "SortOperator") return refuse("take of rows in no order, of which any may be taken,");
      const count = Number(valueOf(subject ?? refuse(node.text)));
      return (source) => input(source).slice(0, count);
    }
    default:
      return refuse(`the operator ${node.kind}`);
  }
}

function reachOf(source: Source): Reach<Row> {
  return { name: (name) => (row) => row[name] ?? null, call: () => undefined, nowMs: source.nowMs };
}

/** Compiles at once, so that what is not run is refused before there are rows. */
function onRows<T>(compile: (reach: Reach<Row>) => T): (source: Source) => T {
  compile(reachOf({ tables: {}, nowMs: 0 }));
  return (source) => compile(reachOf(source));
}

function compileFilter(subject: KqlNode, input: Run): Run {
  const compiled = onRows((reach) => compileScalar(subject, reach));
  return (source) => {
    const holds = compiled(source);
    return input(source).filter((row) => holds(row) === true);
  };
}

function compileExtend(node: KqlNode, input: Run): Run {
  const compiled = onRows((reach) =>
    (node.parts[0]?.parts ?? []).map((part) => {
      const [name, value] = part.parts;
      if (part.kind !== "SimpleNamedExpression" || !name || !value) return refuse(`extend without a name (${part.text})`);
      return { name: name.name ?? name.text, value: compileScalar(value, reach) };
    }),
  );
  return (source) => {
    const added = compiled(source);
    return input(source).map((row) => ({ ...row, ...Object.fromEntries(added.map(({ name, value }) => [name, value(row)])) }));
  };
}

/** The parser has named the columns; here are their values. */
function compileProject(node: KqlNode, input: Run): Run {
  const compiled = onRows((reach) => (node.parts[0]?.parts ?? []).map((part) => compileScalar(withoutName(part), reach)));
  return (source) => {
    const values = compiled(source);
    return input(source).map((row) =>
      toRow(
        node.columns,
        values.map((value) => value(row)),
      ),
    );
  };
}

function compileSummarize(node: KqlNode, input: Run): Run {
  const [, aggregates, by] = node.parts;
  const compiled = onRows((reach) => ({
    keys: (by?.parts[0]?.parts ?? []).map((part) => compileScalar(withoutName(part), reach)),
    summaries: (aggregates?.parts ?? []).map((part) => compileSummary(withoutName(part), reach)),
  }));
  return (source) => {
    const { keys, summaries } = compiled(source);
    const groups = new Map<string, { readonly values: readonly Value[]; readonly rows: Row[] }>();
    if (keys.length === 0) groups.set("", { values: [], rows: [] });
    for (const row of input(source)) {
      const values = keys.map((key) => key(row));
      const key = values.length === 0 ? "" : JSON.stringify(values);
      const group = groups.get(key) ?? { values, rows: [] };
      groups.set(key, group);
      group.rows.push(row);
    }
    return [...groups.values()].map(({ values, rows }) =>
      toRow(node.columns, [...values, ...summaries.flatMap((summary) => summary(rows))]),
    );
  };
}

function compileSort(list: KqlNode, input: Run): Run {
  const compiled = onRows((reach) =>
    list.parts.map((part) => {
      const [subject = part, order] = part.kind === "OrderedExpression" ? part.parts : [part];
      const words = order?.text.split(/\s+/) ?? [];
      const isAscending = words.includes("asc");
      const areNullsFirst = words.includes("nulls") ? words.includes("first") : isAscending;
      return { key: compileScalar(subject, reach), sign: isAscending ? 1 : -1, nulls: areNullsFirst ? -1 : 1 };
    }),
  );
  return (source) => {
    const orders = compiled(source);
    return input(source).toSorted((a, b) => {
      for (const { key, sign, nulls } of orders) {
        const [left, right] = [key(a), key(b)];
        if (left === right) continue;
        if (left === null || right === null) return left === null ? nulls : -nulls;
        return left < right ? -sign : sign;
      }
      return 0;
    });
  };
}

function compileDatatable(node: KqlNode): Run {
  const columns = node.columns;
  const values = (node.parts.at(-1)?.parts ?? []).map(valueOf);
  const rows = Array.from({ length: values.length / columns.length }, (_, index) =>
    toRow(columns, values.slice(index * columns.length, (index + 1) * columns.length)),
  );
  return () => rows;
}

function withoutName(node: KqlNode): KqlNode {
  return node.kind === "SimpleNamedExpression" ? (node.parts[1] ?? refuse(node.text)) : node;
}

function toRow(columns: readonly KqlColumn[], values: readonly Value[]): Row {
  if (columns.length !== values.length) throw new Error(`${values.length} values for ${columns.length} columns`);
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null]));
}

function fromStored(row: Row, columns: readonly KqlColumn[]): Row {
  const unknown = Object.keys(row).filter((name) => !columns.some((column) => column.name === name));
  if (unknown.length > 0) throw new Error(`A table has no column ${unknown.join(", ")}.`);
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? (type === "string" ? "" : null);
      return [name, type === "datetime" && typeof value === "string" ? Date.parse(value) : value];
    }),
  );
}
