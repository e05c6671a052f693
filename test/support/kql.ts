// What the queries of the repository read and return.
import { readdirSync, readFileSync } from "node:fs";
import { findParts, parseKql } from "./kql-parse.ts";

const FOLDER = new URL("../../infra/queries/", import.meta.url);

/** A query of the repository. */
export interface Query {
  readonly name: string;
  readonly text: string;
}

/** What a query reads and returns. */
export interface Reading {
  /** What is wrong with it, each with the words it is about. */
  readonly problems: readonly string[];
  /** Names of the columns of its result. */
  readonly columns: readonly string[];
  /** The event that it reads; `undefined` when it reads none of ours. */
  readonly event: string | undefined;
  /** Fields of the event, as `e.<field>`. */
  readonly fields: readonly string[];
  /** What fields are compared with. */
  readonly values: readonly { readonly field: string; readonly value: string }[];
  /** What fields of figures must be over. */
  readonly thresholds: readonly { readonly field: string; readonly over: number }[];
}

/** All queries of `infra/queries`. */
export function listQueries(): readonly Query[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".kql"))
    .map((file) => ({ name: file.slice(0, -".kql".length), text: readFileSync(new URL(file, FOLDER), "utf8") }));
}

/** Reads a query as Application Insights would. */
export function readQuery(text: string): Reading {
  const { problems, root, columns } = parseKql(text);
  const paths = findParts(root, "PathExpression").map((path) => path.text);
  const fields = paths.flatMap((path) => (path.startsWith("e.") ? [path.slice(2)] : []));
  const values = [...text.matchAll(/tostring\(e\.(\w+)\) (?:==|!=|in|!in) (\([^)]*\)|'[^']*')/g)].flatMap(
    ([, field = "", listed = ""]) => [...listed.matchAll(/'([^']*)'/g)].map(([, value = ""]) => ({ field, value })),
  );
  const thresholds = [...text.matchAll(/toint\(e\.(\w+)\) > (\d+)/g)].map(([, field = "", over = ""]) => ({
    field,
    over: Number(over),
  }));
  return {
    problems,
    columns: columns.map(({ name }) => name),
    event: /'\{"event":"(\w+)"'/.exec(text)?.[1],
    fields: [...new Set(fields)],
    values,
    thresholds,
  };
}
