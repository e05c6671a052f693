// The two sides of a pair and what is remembered of them, in one neutral form. Plain JSON: these values are stored.
import type { CloseReason } from "./mapping.ts";

export type Side = "notion" | "github";

/**
 * The neutral form of a mapped field: a text, a number, a day (`YYYY-MM-DD`), the name of an option, or a set of names in
 * ascending order. Empty is `null`, for sets `[]`.
 */
export type FieldValue = string | number | null | readonly string[];

/** What keeps one field of one side from being used; the other fields go on. */
export interface FieldProblem {
  /** The GitHub field of the mapping, or `status`, `reference`, `branch`, `repository`, `filter`. */
  readonly field: string;
  /** snake_case, stable: `property_missing`, `property_type`, `value_unlisted` … */
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A page as read now, in mapped fields. */
export interface PageSnapshot {
  /** Lowercase UUID with dashes. */
  readonly pageId: string;
  readonly url: string;
  readonly dataSourceId: string;
  /** When it was read. */
  readonly readAt: string;
  /** Rounded down to the minute by Notion. */
  readonly editedAt: string;
  readonly inTrash: boolean;
  readonly status: string | null;
  /** The text of the "GitHub" property: `owner/name#12`, or `null`. */
  readonly reference: string | null;
  /** The whole text of it, when there is more than the reference. */
  readonly referenceText?: string;
  /** The text of the "Sync" property; `""` when empty or not mapped. */
  readonly notice: string;
  readonly branch: string | null;
  /** Where its item belongs, `owner/name`; absent when the mapping's own repository is meant. */
  readonly repository?: string;
  /** The mapping's filter leaves it out; absent when it belongs to the mapping. */
  readonly unmatched?: true;
  /** By GitHub field of the mapping; holds no entry for a field with a problem. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly problems: readonly FieldProblem[];
}

export type ItemKind = "issue" | "pullRequest";
export type ItemState = "open" | "closed" | "merged";

/** What names an item for good, and what it is called at present. */
export interface ItemIdentity {
  readonly kind: ItemKind;
  /** GitHub's `fullDatabaseId`: the key. */
  readonly itemId: string;
  readonly nodeId: string;
  readonly repositoryId: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  readonly url: string;
}

/** An item's place in the mapped project. The project's fields are among the item's `fields`, as `project.<name>`. */
export interface ProjectPlace {
  readonly projectItemId: string;
  readonly isArchived: boolean;
  /** When one of its values was last changed; whole seconds. Absent when GitHub did not say. */
  readonly updatedAt?: string;
  /** The option of the status field (`status.projectField`), by name; `null` when it is empty. */
  readonly column: string | null;
}

/** What only pull requests have. */
export interface PullRequestState {
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly baseRefName: string;
  /** Auto-merge is enabled, by whomever. */
  readonly autoMerge: boolean;
}

/** An item as read now, in mapped fields. */
export interface ItemSnapshot extends ItemIdentity {
  readonly readAt: string;
  readonly createdAt: string;
  /** Whole seconds. */
  readonly updatedAt: string;
  readonly state: ItemState;
  /** `null` while open, for pull requests, and when GitHub gives none. */
  readonly reason: CloseReason | null;
  readonly isDraft: boolean;
  /** `null`: it is not in the project; absent: no project is mapped, or it was not read. */
  readonly project?: ProjectPlace | null;
  /** Absent for issues. */
  readonly pullRequest?: PullRequestState;
  /** Node ids of the open pull requests that say they close the issue; absent without any. */
  readonly closers?: readonly string[];
  /** The marker line found in the body, unverified, or `null`. */
  readonly marker: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly problems: readonly FieldProblem[];
}

/** The status of both sides when they last agreed. */
export interface StatusBase {
  readonly page: string | null;
  readonly state: ItemState;
  readonly reason: CloseReason | null;
  /** The project column; absent when no project is mapped. */
  readonly column?: string | null;
  /** The draft state that the page's status asks for was set; only for pairs with a pull request. */
  readonly draft?: true;
}

/** One field of both sides when they last agreed: a service may normalise what it is given, so each side keeps its own. */
export interface FieldBase {
  readonly page: FieldValue;
  readonly item: FieldValue;
}

/** What both sides last agreed on, as the services returned it. */
export interface Base {
  readonly status?: StatusBase;
  readonly fields: Readonly<Record<string, FieldBase>>;
}

/** A creation that was begun: until `deadlineAt` its request may still be under way, after it its end is looked up. */
export interface Reservation {
  readonly attempt: string;
  readonly sentAt: string;
  readonly deadlineAt: string;
  /** Where it is made, `owner/name`. */
  readonly repository: string;
  /** How many look-ups after the deadline found nothing. */
  readonly looks: number;
}

/** The right of one attempt to write to a pair, until `holdUntil`. */
export interface Stamp {
  readonly attempt: string;
  readonly holdUntil: string;
}

/** What an attempt was about to write, as the base that would follow from it; tells our own write from a person's edit. */
export interface Intent {
  readonly fields: Readonly<Record<string, { readonly after: FieldBase; readonly writes: readonly Side[] }>>;
  readonly status?: { readonly after: StatusBase; readonly writes: readonly Side[] };
}

/** A page's text as it was last carried; the text itself is never stored. */
export interface BodyBase {
  /** Of the normalised text that GitHub holds. */
  readonly hash: string;
  /** The page's own edit time when its text was read, rounded down to the minute. */
  readonly editedAt: string;
  readonly readAt: string;
}

/** The stored row of a pair. */
export interface Link {
  readonly mapping: string;
  readonly pageId: string;
  readonly state: "reserved" | "linked" | "detached";
  readonly item?: ItemIdentity;
  /** The one pull request that hangs on a pair whose item is an issue. */
  readonly companion?: ItemIdentity;
  /** We enabled auto-merge, and take it back when the page leaves the status. */
  readonly autoMerge?: boolean;
  /** Clashes that people should see; the losing values are kept here. */
  readonly conflicts?: readonly Conflict[];
  /** How often in a row the direction of our writes turned. */
  readonly turns?: { readonly side: Side; readonly count: number; readonly lastAt: string };
  /** The item's card in the project as last seen: when there is none any more, or another, a person took it out. */
  readonly projectItemId?: string;
  /** The item was made by people: the page's text is not carried into it. */
  readonly bornOnGithub?: boolean;
  /** The page's text as it was last carried to GitHub. */
  readonly body?: BodyBase;
  readonly reservation?: Reservation;
  readonly base?: Base;
  /** Fingerprints of both sides as last read or returned: a hit with the same one says nothing new. */
  readonly seen?: {
    readonly page?: string;
    readonly item?: string;
    readonly companion?: string;
    /** Of the item's place in the project, value by value; absent when it was not read. */
    readonly place?: readonly string[];
    /** When the item, its companion and its card in the project were last updated: with the same times there is nothing new. */
    readonly itemAt?: string;
    readonly companionAt?: string;
    readonly cardAt?: string;
    /** What the item and the companion were for a moment between our own writes, up to the time of the last of them. */
    readonly passed?: { readonly prints: readonly string[]; readonly at: string };
  };
  readonly stamp?: Stamp;
  /** The side that its service did not find when it was last asked, and since when; nothing is concluded from one look. */
  readonly missing?: { readonly side: Side; readonly since: string };
  /** The fingerprint of the mapping under which the pair was last in step. */
  readonly config?: string;
  /** The code of what is noted about the pair although it is in step. */
  readonly noted?: string;
  /** While the end of a write is not known. */
  readonly intent?: Intent;
  readonly outcome?: Outcome;
  /** When the pair was last brought into step. */
  readonly syncedAt?: string;
}

/** A same-field clash; the losing value is kept here and shown. */
export interface Conflict {
  readonly field: string;
  readonly page: FieldValue;
  readonly item: FieldValue;
  /** Whose value stands; `null` when the pair waits for a person. */
  readonly taken: Side | null;
}

/** How one pair ended in a run. */
export type Outcome =
  | { readonly status: "synced" }
  | { readonly status: "unchanged"; readonly why?: string }
  | { readonly status: "conflict"; readonly conflicts: readonly Conflict[] }
  | {
      readonly status: "waiting";
      readonly until: string;
      readonly code: string;
      readonly reason: string;
      readonly remedy?: string;
    }
  | { readonly status: "failed"; readonly code: string; readonly reason: string; readonly remedy: string }
  | { readonly status: "held"; readonly holdId: string; readonly reason: string };

/** How many pairs ended in each way. */
export interface OutcomeCounts {
  readonly synced: number;
  readonly unchanged: number;
  readonly conflict: number;
  readonly waiting: number;
  readonly failed: number;
  readonly held: number;
}

/** An item as a delivery or a list showed it. */
export interface Shown {
  readonly print: string;
  /** Only from deliveries: when the item was last updated. */
  readonly at?: string;
}

/** A stored row saying that a page or item may have changed, or that its pair is to be tried again at a time. */
export interface Change {
  readonly mapping: string;
  readonly side: Side;
  /** Page id, or item id. */
  readonly id: string;
  /** Due from then on. */
  readonly notBefore: string;
  /** When the first hint that is not settled yet came in. */
  readonly storedAt: string;
  /** How often the pair failed or waited in a row. */
  readonly attempts: number;
  readonly source: "webhook" | "poll" | "request" | "retry";
  /** A page as the scan read it, so that a slice need not read it again; a later hint without content drops it. */
  readonly page?: PageSnapshot;
  /** What every hint since `storedAt` showed of the item; absent when one of them showed nothing. */
  readonly shows?: readonly Shown[];
  /** The branch after whose next push or check the pair may go on, as `branchKey` names it. */
  readonly waitsFor?: string;
  /** The saved plan that a person wants carried out for this page. */
  readonly planId?: string;
  /** Only beside `planId`: the page is due for another reason as well, and stays so when the plan is done with it. */
  readonly hinted?: true;
}
