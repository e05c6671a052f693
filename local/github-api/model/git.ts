// Branches and commits.

export interface Ref {
  readonly __typename: "Ref";
  readonly id: string;
  readonly repositoryId: string;
  readonly prefix: string;
  /** Without the prefix. */
  readonly name: string;
  readonly targetId: string;
}

export interface Commit {
  readonly __typename: "Commit";
  readonly id: string;
  readonly oid: string;
  readonly repositoryId: string;
  readonly authorId: string;
  readonly parentOids: readonly string[];
  readonly messageHeadline: string;
  readonly messageBody: string;
  readonly committedDate: string;
  /** The whole tree: path to a digest of the content. */
  readonly files: Readonly<Record<string, string>>;
  /** State of each required or optional check that was reported, by context. */
  readonly statuses: Readonly<Record<string, "PENDING" | "SUCCESS" | "FAILURE" | "ERROR">>;
  /** Those of the statuses that are check runs, by name; absent without any. */
  readonly checkRuns?: Readonly<Record<string, CheckRun>>;
}

/** One check of a commit, as an app reports it. */
export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  /** `success`, `failure` …; `null` until it is completed. */
  readonly conclusion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
}
