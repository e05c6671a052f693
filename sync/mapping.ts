// What one mapping of the configuration says, after defaults are filled in. `config/` makes these values; nothing else does.

export type Direction = "both" | "toGithub" | "toNotion";
export type ConflictRule = "notion" | "github" | "hold";
export type CloseReason = "completed" | "not_planned" | "duplicate";
export type Flow = "off" | Direction;

/** What a status in Notion means for the item on GitHub. */
export interface StatusValue {
  /** `none`: no item is made; a linked item is meant to be open. */
  readonly item: "none" | "open" | "closed";
  /** Only with `item: "closed"`. */
  readonly reason: CloseReason;
  readonly pullRequest: "merge" | "autoMerge" | "close" | null;
  /** Option of the project's status field; `null` leaves the column alone. */
  readonly project: string | null;
  /** `null` leaves the draft state alone. */
  readonly draft: boolean | null;
}

export interface StatusMapping {
  readonly property: string;
  readonly projectField: string;
  readonly direction: Direction;
  readonly conflict: ConflictRule;
  /** In the order of the file, which decides between values that agree with an item. */
  readonly values: readonly { readonly name: string; readonly value: StatusValue }[];
  /** The status of pages made from items; `null`: the first `open` one. */
  readonly created: string | null;
  /** The status of pages whose item was reopened; `null`: the first `open` one. */
  readonly reopened: string | null;
}

/** `title`, `labels`, `assignees`, `milestone`, `type`, `parent` or `project.<field name>`. */
export type GithubField = string;

export interface FieldMapping {
  /** Name or id of the Notion property. */
  readonly notion: string;
  readonly github: GithubField;
  readonly direction: Direction;
  readonly conflict: ConflictRule;
}

export interface PullRequestMapping {
  readonly branchProperty: string;
  readonly base: string;
  readonly draft: boolean;
  readonly mergeMethod: "merge" | "squash" | "rebase";
  readonly mergeUnstable: boolean;
}

export interface Mapping {
  readonly name: string;
  readonly previousName: string | null;
  readonly notion: {
    /** Lowercase UUID with dashes. */
    readonly dataSourceId: string;
    readonly githubProperty: string;
    readonly errorProperty: string | null;
    /** Notion's own filter object. */
    readonly filter: Readonly<Record<string, unknown>> | null;
    readonly createPages: "issues" | "issuesAndPullRequests" | "none";
  };
  readonly github: {
    /** `owner/name` */
    readonly repository: string;
    readonly repositoryProperty: { readonly property: string; readonly values: Readonly<Record<string, string>> } | null;
    readonly project: { readonly owner: string; readonly number: number } | null;
    readonly filter: GithubFilter | null;
  };
  readonly status: StatusMapping;
  readonly pullRequest: PullRequestMapping | null;
  /** Holds exactly one entry whose `github` is `title`. */
  readonly fields: readonly FieldMapping[];
  /** E-mail address or Notion user id → GitHub login. */
  readonly people: Readonly<Record<string, string>>;
  /** People of the table may be mentioned in the text of items: they are notified. */
  readonly mentions: boolean;
  readonly body: Flow;
  readonly comments: Flow;
  readonly onTrash: "detach" | "close";
  readonly onDelete: "detach" | "trash";
  readonly createOptions: boolean;
  readonly createLabels: boolean;
  readonly limits: MappingLimits;
}

export interface GithubFilter {
  readonly labels: { readonly any: readonly string[]; readonly none: readonly string[] };
  readonly authorsNot: readonly string[];
  readonly types: readonly string[];
}

/** What one mapping may do within an hour before a guard holds the rest. */
export interface MappingLimits {
  readonly creates: number;
  readonly merges: number;
  /** Links detached, closed or trashed because of trash, move, 404 or deletion; the share counts all links of the mapping. */
  readonly removals: number;
  readonly removalsShare: number;
  readonly changedMapping: number;
}
