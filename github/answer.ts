import type { ServiceError } from "../sync/error.ts";
import { toIncompleteError, toLeadingError } from "./error.ts";
import type { Answer, PathError } from "./request.ts";

/** Whether a part of an answer has parts of its own. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The error for a part that is not there: GitHub's own, if it gave one. */
export const toAbsence = (answer: Answer, what: string): ServiceError =>
  toLeadingError(answer.errors.map(({ error }) => error)) ?? toIncompleteError(what);

/** The first error that an answer has at `path` or below, but for what `isLeft` aside. */
export function findErrorAt(
  { errors }: Answer,
  path: readonly (string | number)[],
  isLeft: (error: PathError) => boolean = () => false,
): ServiceError | undefined {
  const isBelow = (met: PathError): boolean => path.every((part, depth) => met.path[depth] === part);
  return errors.find((met) => isBelow(met) && !isLeft(met))?.error;
}

/** Splits `owner/name`. */
export function splitName(repository: string): { owner: string; name: string } {
  const [owner, name, ...rest] = repository.split("/");
  if (!owner || !name || rest.length > 0) throw new Error(`Expected a repository as "owner/name", found "${repository}".`);
  return { owner, name };
}
