import type { RegisteredFunction } from "./functions-core.ts";

/** An HTTP-triggered function with its route taken apart. */
export interface Route {
  readonly target: RegisteredFunction;
  readonly methods: readonly string[];
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly literal?: string;
  readonly parameter?: string;
  readonly test?: RegExp;
  readonly optional?: boolean;
  readonly rest?: boolean;
}

const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]+$/i,
  guid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
};
const DEFAULT_METHODS = ["GET", "POST"];

/** Takes the routes of all HTTP triggers apart, the most literal ones first. */
export function toRoutes(functions: readonly RegisteredFunction[]): readonly Route[] {
  return functions
    .filter((target) => target.trigger.type === "httptrigger")
    .map((target) => {
      const { route, methods } = target.trigger.binding;
      const segments = (route ?? target.name).split("/").filter(Boolean).map(parseSegment);
      return { target, methods: (methods ?? DEFAULT_METHODS).map((method) => method.toUpperCase()), segments };
    })
    .sort(byLiteralness);
}

/** Finds the function for a path below the prefix, and its parameters. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly target: RegisteredFunction; readonly params: Readonly<Record<string, string>> } | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const route of routes) {
    if (!route.methods.includes(method.toUpperCase())) continue;
    const params = matchSegments(route.segments, parts);
    if (params) return { target: route.target, params };
  }
  return undefined;
}

function parseSegment(text: string): Segment {
  const match = /^\{(\*?)([^:?}]+)(?::([^?}]+))?(\?)?\}$/.exec(text);
  if (!match) return { literal: text.toLowerCase() };
  const [, star, parameter = "", constraint, question] = match;
  const test = constraint === undefined ? undefined : CONSTRAINTS[constraint];
  if (constraint !== undefined && !test) throw new Error(`not supported by the local host: the route constraint "${constraint}"`);
  return { parameter, ...(test ? { test } : {}), optional: question === "?" || star === "*", rest: star === "*" };
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.rest && segment.parameter) {
      const rest = parts.slice(index);
      if (rest.length > 0) params[segment.parameter] = rest.map(decode).join("/");
      return params;
    }
    const part = parts[index];
    if (part === undefined) {
      if (segment.optional) continue;
      return undefined;
    }
    const value = decode(part);
    if (segment.literal !== undefined && segment.literal !== value.toLowerCase()) return undefined;
    if (segment.test && !segment.test.test(value)) return undefined;
    if (segment.parameter) params[segment.parameter] = value;
  }
  return parts.length > segments.length ? undefined : params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function rank(segment: Segment | undefined): number {
  if (!segment) return 5;
  if (segment.literal !== undefined) return 0;
  if (segment.rest) return 4;
  if (segment.optional) return 3;
  return segment.test ? 1 : 2;
}

function byLiteralness(left: Route, right: Route): number {
  const length = Math.max(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.segments[index]) - rank(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}
