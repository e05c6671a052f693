import type { FieldProblem, FieldValue } from "../sync/model.ts";
import type { ProjectFacts, ProjectField } from "./projects.ts";

/** A value as GitHub's projects take it. */
export type ProjectValue =
  | { readonly text: string }
  | { readonly number: number }
  | { readonly date: string }
  | { readonly singleSelectOptionId: string }
  | { readonly iterationId: string };

/** What is to be written: `value: null` clears the field. */
export type ProjectTarget =
  { readonly fieldId: string; readonly value: ProjectValue | null } | { readonly problem: FieldProblem };

const PREFIX = "project.";
const DAY = /^\d{4}-\d\d-\d\d$/;

const fold = (name: string): string => name.trim().toLowerCase();

/** Finds by name: the very name first, then whatever its case. */
export function findNamed<T>(candidates: readonly T[], name: string, toName: (candidate: T) => string): T | undefined {
  return (
    candidates.find((candidate) => toName(candidate) === name) ??
    candidates.find((candidate) => fold(toName(candidate)) === fold(name))
  );
}

/** Finds a field of a project by its name, with or without `project.` before it. */
export function findProjectField(facts: ProjectFacts, name: string): ProjectField | undefined {
  const plain = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  return findNamed(facts.fields, plain, (field) => field.name);
}

const quote = (names: readonly string[]): string => (names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", "));

const isEmpty = (value: FieldValue): boolean => value === null || (typeof value !== "number" && value.length === 0);

/**
 * Puts a neutral value in the form that a field of the project takes. Pure; options and iterations are found, never made.
 *
 * @param field `project.<name>`, or `column` with `name` for the status column; problems are about this field.
 * @param name the field's name in the project.
 */
export function toProjectValue(field: string, value: FieldValue, facts: ProjectFacts, name = field): ProjectTarget {
  const found = findProjectField(facts, name);
  const problem = (code: string, reason: string, remedy: string): ProjectTarget => ({
    problem: { field, code, reason, remedy },
  });
  if (!found) {
    const names = facts.fields.filter(({ dataType }) => dataType !== "other").map((each) => each.name);
    return problem(
      "project_field_missing",
      `Project "${facts.title}" has no field "${name.replace(PREFIX, "")}".`,
      `Add the field to the project, or map one of ${quote(names)}.`,
    );
  }
  if (found.dataType === "other") {
    return problem(
      "project_field_type",
      `Field "${found.name}" of project "${facts.title}" cannot be set.`,
      "Map a field of type text, number, date, single select or iteration.",
    );
  }
  const { fieldId } = found;
  if (isEmpty(value)) return { fieldId, value: null };
  const mismatch = (expected: string): ProjectTarget =>
    problem(
      "project_value_type",
      `Field "${found.name}" of project "${facts.title}" takes ${expected}, found "${String(value)}".`,
      "Map a property and a field whose types fit, or change the value.",
    );
  switch (found.dataType) {
    case "text":
      return typeof value === "object" ? mismatch("a text") : { fieldId, value: { text: String(value) } };
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? { fieldId, value: { number: value } } : mismatch("a number");
    case "date":
      return typeof value === "string" && DAY.test(value) ? { fieldId, value: { date: value } } : mismatch("a day");
    case "singleSelect": {
      if (typeof value !== "string") return mismatch("one option");
      const option = findNamed(found.options, value, (each) => each.name);
      if (option) return { fieldId, value: { singleSelectOptionId: option.id } };
      return problem(
        "option_missing",
        `Field "${found.name}" of project "${facts.title}" has no option "${value}".`,
        `Choose one of ${quote(found.options.map((each) => each.name))}, or add "${value}" to the field on GitHub.`,
      );
    }
    case "iteration": {
      if (typeof value !== "string") return mismatch("one iteration");
      const iteration = findNamed(found.iterations, value, ({ title }) => title);
      if (iteration) return { fieldId, value: { iterationId: iteration.id } };
      return problem(
        "iteration_missing",
        `Field "${found.name}" of project "${facts.title}" has no iteration "${value}".`,
        `Choose one of ${quote(found.iterations.map(({ title }) => title))}, or add "${value}" to the field on GitHub.`,
      );
    }
  }
}
