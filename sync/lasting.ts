import type { ServiceError } from "./error.ts";

/** What ends only when a person does something about a token, a right or a name; the rest passes by itself. */
const LASTING: readonly string[] = [
  "blocked",
  "contents_forbidden",
  "forbidden",
  "insufficient_scopes",
  "issues_forbidden",
  "not_found",
  "pull_requests_forbidden",
  "redirected",
  "sso_required",
  "suspended",
  "token_unavailable",
  "unauthorized",
];

/** Tells whether people should know of an error that keeps a whole source from being read. */
export const isLasting = ({ service, code, end }: ServiceError): boolean =>
  service !== "storage" && end !== "limited" && LASTING.includes(code);
