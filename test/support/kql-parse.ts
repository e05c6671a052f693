// Microsoft's own parser and binder of KQL, over the tables that an Application Insights component has.
import { createRequire } from "node:module";

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

interface KustoSymbol {
  readonly Name: string;
  readonly Columns?: List<{ readonly Name: string; readonly Type: { readonly Name: string } }>;
}

/** One of the parser's own classes; that of a timespan has ticks of 100 ns. */
interface LiteralValue {
  toString(): string;
  readonly ticks?: { toString(): string };
}

/** A node or a token. */
interface SyntaxElement {
  readonly Kind: number;
  readonly IsToken: boolean;
  readonly TextStart: number;
  readonly End: number;
  readonly ChildCount: number;
  GetChild(index: number): SyntaxElement | null;
  readonly ResultType?: KustoSymbol | null;
  readonly ReferencedSymbol?: KustoSymbol | null;
  readonly LiteralValue?: LiteralValue | null;
}

interface Code {
  GetDiagnostics(): List<{ readonly Message: string; readonly Start: number; readonly Length: number }>;
  readonly Syntax: SyntaxElement;
  readonly ResultType: KustoSymbol | null;
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
    readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
  };
}

/** A column of a table or of a result. */
export interface KqlColumn {
  readonly name: string;
  /** `string`, `int`, `long`, `real`, `bool`, `datetime`, `timespan` or `dynamic`. */
  readonly type: string;
}

/** A part of a query, as the parser understood it. */
export interface KqlNode {
  /** The parser's own word, such as `FilterOperator`. */
  readonly kind: string;
  /** Without what stands before it. */
  readonly text: string;
  /** Type of an expression's value. */
  readonly type: string | undefined;
  /** What a name means: a column, a function, a table. */
  readonly name: string | undefined;
  /** Columns of a table, and of what an operator gives. */
  readonly columns: readonly KqlColumn[];
  /** Value of a literal, of a timespan in ticks of 100 ns; `null` when it is null, `undefined` when it is none. */
  readonly literal: string | null | undefined;
  /** Without tokens, and without what only separates. */
  readonly parts: readonly KqlNode[];
}

/** A query as it was understood. */
export interface Parsed {
  /** What is wrong with it, each with the words it is about. */
  readonly problems: readonly string[];
  readonly root: KqlNode;
  /** Columns of its result. */
  readonly columns: readonly KqlColumn[];
}

let loaded: { readonly kusto: Kusto; readonly globals: unknown; readonly kinds: ReadonlyMap<number, string> } | undefined;

function load(): NonNullable<typeof loaded> {
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
  const named = Object.entries(kusto.Language.Syntax.SyntaxKind);
  const kinds = new Map(named.flatMap(([name, kind]) => (typeof kind === "number" ? [[kind, name] as const] : [])));
  loaded = { kusto, globals, kinds };
  return loaded;
}

/** Parses a query, and binds it to the tables. */
export function parseKql(text: string): Parsed {
  const { kusto, globals, kinds } = load();
  const code = kusto.Language.KustoCode.ParseAndAnalyze(text, globals);
  const problems = items(code.GetDiagnostics()).map(
    ({ Message, Start, Length }) => `"${text.slice(Start, Start + Math.max(Length, 12)).split("\n")[0] ?? ""}": ${Message}`,
  );
  const toNode = (element: SyntaxElement): KqlNode => ({
    kind: kinds.get(element.Kind) ?? String(element.Kind),
    text: text.slice(element.TextStart, element.End),
    type: element.ResultType?.Name,
    name: element.ReferencedSymbol?.Name,
    columns: toColumns(element.ResultType),
    literal: element.LiteralValue && (element.LiteralValue.ticks ?? element.LiteralValue).toString(),
    parts: childrenOf(element).map(toNode),
  });
  const childrenOf = (element: SyntaxElement): readonly SyntaxElement[] =>
    Array.from({ length: element.ChildCount }, (_, index) => element.GetChild(index)).flatMap((child) => {
      if (!child || child.IsToken) return [];
      return kinds.get(child.Kind) === "SeparatedElement" ? childrenOf(child) : [child];
    });
  return { problems, root: toNode(code.Syntax), columns: toColumns(code.ResultType) };
}

/** All parts of one kind. */
export function findParts(node: KqlNode, kind: string): readonly KqlNode[] {
  return [...(node.kind === kind ? [node] : []), ...node.parts.flatMap((part) => findParts(part, kind))];
}

function toColumns(type: KustoSymbol | null | undefined): readonly KqlColumn[] {
  return type?.Columns ? items(type.Columns).map(({ Name, Type }) => ({ name: Name, type: Type.Name })) : [];
}

function items<T>(list: List<T>): readonly T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}
