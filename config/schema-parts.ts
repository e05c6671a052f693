// The building blocks of the mapping file's schema: each knows its description (for editors) and says what is wrong in words.
import * as z from "zod/mini";
import { choices, kindOf, nearest, quote } from "./wording.ts";

/** What an editor shows for a key; further keys are JSON Schema's own. */
export interface About {
  readonly description: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minProperties?: number;
  readonly minItems?: number;
  readonly [keyword: string]: unknown;
}

/** Descriptions of all parts, for `json-schema.ts`. */
export const abouts = z.registry<About>();

/** A text that must have a form. */
export interface Form {
  readonly pattern: RegExp;
  /** What was expected, as in `Expected …, found …`. */
  readonly expected: string;
  readonly fix: string | ((value: string) => string);
}

type Issue = z.core.$ZodRawIssue;
const BREAK = "\n";

/** Packs reason and fix into the one message that zod carries; `unpack` is its inverse. */
function said(reason: string, fix: string): string {
  return `${reason}${BREAK}${fix}`;
}

/** Takes apart what `said` packed. */
export function unpack(message: string): { readonly reason: string; readonly fix: string } {
  const [reason = message, fix = "See docs/configuration.md."] = message.split(BREAK);
  return { reason, fix };
}

function wrong(expected: string, about: About): (issue: Issue) => string {
  return (issue) =>
    issue.input === undefined
      ? said("This key is missing.", `Add it: ${about.description}`)
      : said(`Expected ${expected}, found ${kindOf(issue.input)}.`, `Write ${expected}: ${about.description}`);
}

/** A text that is not empty. */
export function text(about: About, form?: Form) {
  const error = wrong("a text", about);
  const schema = z.string({ error }).check(z.minLength(1, { error, abort: true }));
  if (form === undefined) return schema.register(abouts, about);
  const formError = (issue: Issue): string => {
    const value = String(issue.input);
    return said(`Expected ${form.expected}, found ${quote(value)}.`, typeof form.fix === "string" ? form.fix : form.fix(value));
  };
  return schema.check(z.regex(form.pattern, { error: formError })).register(abouts, about);
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[], about: About) {
  const error = (issue: Issue): string => {
    if (issue.input === undefined) return wrong(choices(words), about)(issue);
    const meant = typeof issue.input === "string" ? nearest(issue.input, words) : undefined;
    return said(
      `Expected ${choices(words)}, found ${kindOf(issue.input)}.`,
      meant === undefined ? about.description : `Did you mean ${quote(meant)}? ${about.description}`,
    );
  };
  return z.enum(words, { error }).register(abouts, about);
}

/** `true` or `false`. */
export function flag(about: About) {
  return z.boolean({ error: wrong("true or false", about) }).register(abouts, about);
}

/** A whole number from 1 on. */
export function count(about: About) {
  const error = wrong("a whole number from 1 on", about);
  return z.int({ error }).check(z.gte(1, { error })).register(abouts, about);
}

/** A number above 0 and up to 1. */
export function share(about: About) {
  const error = wrong("a number above 0 and up to 1", about);
  return z.number({ error }).check(z.gt(0, { error }), z.lte(1, { error })).register(abouts, about);
}

/** A list of parts. */
export function list<Part extends z.core.$ZodType>(part: Part, about: About) {
  const error = wrong("a list", about);
  const empty = (): string => said("The list is empty.", `Add at least one entry: ${about.description}`);
  const schema = z.array(part, { error });
  return (about.minItems === undefined ? schema : schema.check(z.minLength(about.minItems, { error: empty }))).register(
    abouts,
    about,
  );
}

/** An object whose keys are the user's own names. */
export function byName<Part extends z.core.$ZodType>(part: Part, about: About) {
  return z.record(z.string(), part, { error: wrong("an object", about) }).register(abouts, about);
}

/** An object of which nothing but being one is known here. */
export function anyObject(about: About) {
  return z.record(z.string(), z.unknown(), { error: wrong("an object", about) }).register(abouts, about);
}

/** An object with exactly these keys; the message of an unknown key lists the known ones, a line each. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape, about: About) {
  const otherwise = wrong("an object", about);
  const error = (issue: Issue): string =>
    issue.code === "unrecognized_keys" ? Object.keys(shape).join(BREAK) : otherwise(issue);
  return z.strictObject(shape, { error }).register(abouts, about);
}

/** A key that may be left out. */
export function maybe<Part extends z.core.$ZodType>(part: Part) {
  return z.optional(part);
}

/** A key that may be left out or be `null`, which is the same. */
export function maybeNull<Part extends z.core.$ZodType>(part: Part) {
  return z.optional(z.nullable(part));
}
