/** One fault of the mapping file or of a setting, told to the person who can mend it. Never holds the value of a secret. */
export interface ConfigProblem {
  /** `sync.config.json: mappings[0].status.values.Done.item`, or the name of a setting. */
  readonly path: string;
  readonly reason: string;
  readonly fix: string;
}

/** Writes a problem as one line for the log. */
export function formatProblem(problem: ConfigProblem): string {
  return `${problem.path}: ${problem.reason} ${problem.fix}`;
}

/** All problems of a start in one error; the message has a line for each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}
