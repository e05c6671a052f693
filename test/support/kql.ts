// Checks queries as Application Insights would read them: Microsoft's own parser and binder of KQL, over the tables that a component has.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../infra/queries/", import.meta.url);

/** Table → column → type, as far as queries may use them. */
const COMMON = {
  timestamp: "DateTime",
  itemCount: "Int",
  customDimensions: "Dynamic",
  operation_Name: "String",
  operation_Id: "String",
  cloud_RoleName: "String",
  cloud_RoleInstance: "String",
} as const;
const TABLES = {
  traces: { ...COMMON, message: "String", severityLevel: "Int" },
  requests: { ...COMMON, name: "String", url: "String", success: "String", resultCode: "String", duration: "Real" },
  dependencies: { ...COMMON, name: "String", type: "String", target: "String", success: "String", duration: "Real" },
  exceptions: { ...COMMON, type: "String", problemId: "String", severityLevel: "Int", outerType: "String" },
} as const;

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface SyntaxNode {
  readonly Kind: number;
  toString(): string;
}

interface Code {
  GetDiagnostics(): List<{ readonly Message: string; readonly Start: number; readonly Length: number }>;
  readonly Syntax: { WalkNodes(visit: (node: SyntaxNode) => void): void };
  readonly ResultType: { readonly Columns?: List<{ readonly Name: string }> } | null;
}

/** The part of the parser that is used here; its own types do not say how its constructors are called. */
interface Kusto {
  readonly Language: {
    readonly Symbols: {
      readonly ColumnSymbol: new (name: string, type: unknown) => unknown;
      readonly TableSymbol: { readonly $ctor4: new (name: string, columns: readonly unknown[]) => unknown };
      readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly unknown[]) => unknown };
      readonly ScalarTypes: Readonly<Record<string, unknown>>;
    };
    readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): Code };
    readonly Syntax: { readonly SyntaxKind: { readonly PathExpression: number } };
  };
}

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

let loaded: { readonly kusto: Kusto; readonly globals: unknown } | undefined;

function load(): { readonly kusto: Kusto; readonly globals: unknown } {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  require("@kusto/language-service-next/bridge.min.js");
  require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const kusto = (globalThis as unknown as { readonly Kusto: Kusto }).Kusto;
  const { ColumnSymbol, TableSymbol, DatabaseSymbol, ScalarTypes } = kusto.Language.Symbols;
  const tables = Object.entries(TABLES).map(([name, columns]) => {
    const symbols = Object.entries(columns).map(([column, type]) => new ColumnSymbol(column, ScalarTypes[type]));
    return new TableSymbol.$ctor4(name, symbols);
  });
  const globals = kusto.Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor("component", tables));
  loaded = { kusto, globals };
  return loaded;
}

/** All queries of `infra/queries`. */
export function listQueries(): readonly Query[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".kql"))
    .map((file) => ({ name: file.slice(0, -".kql".length), text: readFileSync(new URL(file, FOLDER), "utf8") }));
}

/** Parses a query, and binds it to the tables. */
export function readQuery(text: string): Reading {
  const { kusto, globals } = load();
  const code = kusto.Language.KustoCode.ParseAndAnalyze(text, globals);
  const problems = items(code.GetDiagnostics()).map(
    ({ Message, Start, Length }) => `"${text.slice(Start, Start + Math.max(Length, 12)).split("\n")[0] ?? ""}": ${Message}`,
  );
  const paths: string[] = [];
  code.Syntax.WalkNodes((node) => {
    if (node.Kind === kusto.Language.Syntax.SyntaxKind.PathExpression) paths.push(node.toString().trim());
  });
  const columns = code.ResultType?.Columns ? items(code.ResultType.Columns).map(({ Name }) => Name) : [];
  const fields = paths.flatMap((path) => (path.startsWith("e.") ? [path.slice(2)] : []));
  const values = [...text.matchAll(/tostring\(e\.(\w+)\) (?:==|!=|in|!in) (\([^)]*\)|'[^']*')/g)].flatMap(
    ([, field = "", listed = ""]) => [...listed.matchAll(/'([^']*)'/g)].map(([, value = ""]) => ({ field, value })),
  );
  const thresholds = [...text.matchAll(/toint\(e\.(\w+)\) > (\d+)/g)].map(([, field = "", over = ""]) => ({
    field,
    over: Number(over),
  }));
  return { problems, columns, event: /'\{"event":"(\w+)"'/.exec(text)?.[1], fields: [...new Set(fields)], values, thresholds };
}

function items<T>(list: List<T>): readonly T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}
