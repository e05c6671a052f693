// Scalar expressions of KQL: exactly those that the project's queries use, by Microsoft's documentation.
import type { KqlNode } from "./kql-parse.ts";

/** A value: `datetime` and `timespan` are milliseconds, `dynamic` is any JSON; `null` is KQL's null, which a string never is. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The value of an expression over a row, or over a group of rows. */
export type Compute<From> = (from: From) => Value;

/** What names and calls mean where an expression stands; `undefined`: nothing there. */
export interface Reach<From> {
  readonly name: (name: string) => Compute<From> | undefined;
  readonly call: (node: KqlNode) => Compute<From> | undefined;
  /** What `now()` is, in milliseconds. */
  readonly nowMs: number;
}

/** A part of the language that no query uses, and that is not run therefore. */
export class NotRun extends Error {
  constructor(what: string) {
    super(`KQL: ${what} is not run here; see test/support/kql-run.ts.`);
  }
}

const NUMBERS = ["int", "long", "real"];
const COMPARED: readonly (readonly string[])[] = [NUMBERS, ["datetime"], ["timespan"], ["string"], ["bool"]];
const YEAR_ONE_MS = Date.parse("0001-01-01T00:00:00Z"); // what bins of datetimes are counted from

/** Makes an expression computable. */
export function compileScalar<From>(node: KqlNode, reach: Reach<From>): Compute<From> {
  const [left, right] = node.parts;
  const part = (of: KqlNode | undefined): Compute<From> => compileScalar(expect(of, node), reach);
  const both = (combine: (left: Value, right: Value) => Value): Compute<From> => {
    const [first, second] = [part(left), part(right)];
    return (from) => combine(first(from), second(from));
  };
  switch (node.kind) {
    case "NameReference":
      return reach.name(node.name ?? node.text) ?? refuse(`the name ${node.text}`);
    case "FunctionCallExpression":
      return reach.call(node) ?? compileCall(node, reach);
    case "PathExpression":
      return compilePath(part(left), expect(left, node), expect(right, node));
    case "AndExpression":
      return both((first, second) => (first === false || second === false ? false : isNull(first, second) ? null : true));
    case "EqualExpression":
      checkCompared(node);
      return both((first, second) => (first === null && second === null ? null : first === second));
    case "NotEqualExpression":
      checkCompared(node);
      return both((first, second) => (first === null && second === null ? null : first !== second));
    case "GreaterThanExpression":
      return both(compare(node, (order) => order > 0));
    case "GreaterThanOrEqualExpression":
      return both(compare(node, (order) => order >= 0));
    case "LessThanExpression":
      return both(compare(node, (order) => order < 0));
    case "StartsWithExpression":
      return both(onTexts(node, (text, start) => text.toLowerCase().startsWith(start.toLowerCase())));
    case "BangTildeExpression":
      return both(onTexts(node, (text, other) => text.toLowerCase() !== other.toLowerCase()));
    case "InExpression":
      return compileIn(node, part(left), true);
    case "NotInExpression":
      return compileIn(node, part(left), false);
    case "MultiplyExpression":
      return both(calculate(node, (first, second) => first * second));
    case "DivideExpression":
      return both(calculate(node, (first, second) => first / second));
    default: {
      const value = valueOf(node);
      return () => value;
    }
  }
}

/** The value of a literal. */
export function valueOf({ kind, text, type, literal }: KqlNode): Value {
  if (!kind.endsWith("LiteralExpression")) return refuse(`${kind} "${text}"`);
  if (literal === null || literal === undefined) return null;
  switch (type) {
    case "string":
      return literal;
    case "bool":
      return literal.toLowerCase() === "true";
    case "int":
    case "long":
    case "real":
      return Number(literal);
    case "timespan":
      return Number(literal) / 10_000;
    case "datetime":
      return Date.parse(`${text.replace(/^datetime\(|\)$|Z\)$/g, "").replace(" ", "T")}Z`);
    default:
      return refuse(`the literal ${text}`);
  }
}

function compilePath<From>(bag: Compute<From>, bagNode: KqlNode, key: KqlNode): Compute<From> {
  if (bagNode.type !== "dynamic" || !/^\w+$/.test(key.text)) return refuse(`the path ${key.text} of ${bagNode.text}`);
  return (from) => {
    const value = bag(from);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return (value as { readonly [key: string]: Value })[key.text] ?? null;
  };
}

function compileIn<From>(node: KqlNode, value: Compute<From>, isIn: boolean): Compute<From> {
  const [left, list] = node.parts;
  const listed = expect(list?.parts[0], node).parts.map(valueOf);
  if (left?.type !== "string" || !listed.every((entry) => typeof entry === "string")) return refuse(node.text);
  return (from) => listed.some((entry) => entry === value(from)) === isIn;
}

function checkCompared(node: KqlNode): void {
  const types = node.parts.map(({ type = "" }) => type);
  const fits = COMPARED.some((group) => types.every((type) => group.includes(type)));
  if (!fits) refuse(`${node.kind} of ${types.join(" and ")}`);
}

function compare(node: KqlNode, holds: (order: number) => boolean): (left: Value, right: Value) => Value {
  checkCompared(node);
  return (left, right) => {
    if (isNull(left, right)) return null;
    if (typeof left !== "number" || typeof right !== "number") return refuse(`${node.kind} of texts`);
    return holds(left - right);
  };
}

function onTexts(node: KqlNode, holds: (left: string, right: string) => boolean): (left: Value, right: Value) => Value {
  return (left, right) => (typeof left === "string" && typeof right === "string" ? holds(left, right) : refuse(node.text));
}

/** Numbers only; what has no real in it stays whole, cut towards zero. */
function calculate(node: KqlNode, work: (left: number, right: number) => number): (left: Value, right: Value) => Value {
  if (node.parts.some(({ type = "" }) => !NUMBERS.includes(type))) return refuse(node.text);
  return (left, right) => {
    if (isNull(left, right)) return null;
    const result = work(Number(left), Number(right));
    if (node.type === "real") return result;
    return Number.isSafeInteger(Math.trunc(result)) ? Math.trunc(result) : refuse(`${node.text} that gives ${result}`);
  };
}

/** What a function gives for its arguments. */
type Work = (values: readonly Value[], node: KqlNode, nowMs: number) => Value;

const FUNCTIONS: ReadonlyMap<string | undefined, Work> = new Map<string, Work>([
  ["parse_json", ([value = null]) => parseJson(value)],
  ["tostring", ([value = null], node) => toText(value, node)],
  ["toint", ([value = null], node) => toWhole(value, node, (number) => Math.abs(number) < 2 ** 31)],
  ["tolong", ([value = null], node) => toWhole(value, node, Number.isSafeInteger)],
  ["toreal", ([value = null], node) => toNumber(value, node)],
  ["tobool", ([value = null], node) => toBool(value, node)],
  ["strlen", ([text], node) => (typeof text === "string" ? Array.from(text).length : refuse(node.text))],
  ["ago", ([span], _, nowMs) => (typeof span === "number" ? nowMs - span : null)],
  ["bin", ([value = null, size = null], node) => bin(value, size, node.type === "datetime" ? YEAR_ONE_MS : 0)],
]);

function compileCall<From>(node: KqlNode, reach: Reach<From>): Compute<From> {
  const work = FUNCTIONS.get(node.name) ?? refuse(`the function ${node.name ?? node.text}`);
  const values = argumentsOf(node).map((argument) => compileScalar(argument, reach));
  return (from) =>
    work(
      values.map((value) => value(from)),
      node,
      reach.nowMs,
    );
}

/** The arguments of a call. */
export function argumentsOf(node: KqlNode): readonly KqlNode[] {
  return node.parts[1]?.parts[0]?.parts ?? [];
}

function bin(value: Value, size: Value, origin: number): Value {
  if (typeof value !== "number" || typeof size !== "number" || size <= 0) return null;
  return Math.floor((value - origin) / size) * size + origin;
}

function parseJson(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

function toText(value: Value, node: KqlNode): Value {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" && argumentsOf(node)[0]?.type !== "datetime" && Number.isSafeInteger(value)) return String(value);
  return refuse(`${node.text} of ${JSON.stringify(value)}`);
}

function toNumber(value: Value, node: KqlNode): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "string") return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  return value === null ? null : refuse(`${node.text} of ${JSON.stringify(value)}`);
}

function toWhole(value: Value, node: KqlNode, fits: (number: number) => boolean): Value {
  // What becomes of the text of a fraction is not documented.
  if (typeof value === "string" && value.includes(".")) return refuse(`${node.text} of "${value}"`);
  const number = toNumber(value, node);
  return number !== null && fits(Math.trunc(number)) ? Math.trunc(number) : null;
}

function toBool(value: Value, node: KqlNode): Value {
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return value === null ? null : refuse(`${node.text} of ${JSON.stringify(value)}`);
  const text = value.toLowerCase();
  return text === "true" ? true : text === "false" ? false : null;
}

function isNull(...values: readonly Value[]): boolean {
  return values.includes(null);
}

function expect(part: KqlNode | undefined, node: KqlNode): KqlNode {
  return part ?? refuse(`${node.kind} "${node.text}"`);
}

/** @throws NotRun */
export function refuse(what: string): never {
  throw new NotRun(what);
}
