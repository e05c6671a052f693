import type { Path } from "./path.ts";

/** A problem before its path is written out. */
export interface Finding {
  readonly path: Path;
  readonly reason: string;
  readonly fix: string;
}

/** Takes down what a rule finds; the path is relative to what the rule was given. */
export type Report = (path: Path, reason: string, fix: string) => void;
