// What an explanation is made of: all that was read, before it is put into words.
import type { Attention } from "../storage/attention.ts";
import type { Owner } from "../storage/claims.ts";
import type { MappingState } from "../storage/mappings.ts";
import type { SourceTrouble } from "../storage/sources.ts";
import type { PairPlan } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Change, FieldProblem, ItemSnapshot, Link, PageSnapshot, Side } from "../sync/model.ts";

/** Why a service could not be asked. */
export interface Unread {
  readonly status: "unread";
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What asking a service for one thing gave. */
export type Asked<T> =
  | { readonly status: "found"; readonly value: T }
  | { readonly status: "missing" }
  | Unread
  /** There was no need. */
  | { readonly status: "notAsked" };

/** What a mapping's filter says of a page. */
export interface Verdict {
  readonly mapping: string;
  readonly hasFilter: boolean;
  readonly takes: boolean;
  /** It cannot be judged. */
  readonly problem?: FieldProblem;
}

/** A page as Notion shows it. */
export interface SeenPage {
  /** `""`: it is in none. */
  readonly dataSourceId: string;
  readonly inTrash: boolean;
  /** Of the mappings of its data source, in their order. */
  readonly verdicts: readonly Verdict[];
  /** In the fields of its mapping; absent when it has none. */
  readonly snapshot?: PageSnapshot;
}

/** The item that a page without a link names in its "GitHub" property. */
export interface NamedItem {
  /** `owner/name#12` */
  readonly name: string;
  readonly item: Asked<ItemSnapshot>;
  /** The page that has it; absent when it is free. */
  readonly owner?: Owner;
  /** The page that its text names; absent when it is this one or none. */
  readonly markedFor?: string;
}

/** What is known of one pair, or of a page that has no item. */
export interface PairFacts {
  readonly kind: "pair";
  /** `owner/name#12`, when it was asked for by its item. */
  readonly askedItem?: string;
  readonly pageId: string;
  readonly page: Asked<SeenPage>;
  readonly item: Asked<ItemSnapshot>;
  readonly companion: Asked<ItemSnapshot>;
  readonly named?: NamedItem;
  readonly mapping?: Mapping;
  /** The name of the mapping that has claimed the page and is not in the configuration any more. */
  readonly formerMapping?: string;
  /** The mappings of the page's data source. */
  readonly sourceMappings: readonly string[];
  readonly link?: Link;
  /** The mapping was changed since the pair was last in step. */
  readonly isOutdated: boolean;
  readonly attention?: Attention;
  readonly changes: readonly Change[];
  readonly state?: MappingState;
  readonly troubles: readonly SourceTrouble[];
  /** ISO-8601 UTC; absent: nothing keeps requests back. */
  readonly blockedUntil: Readonly<Partial<Record<Side, string>>>;
  /** What a run would write now; absent when it cannot be told. */
  readonly plan?: PairPlan;
  /** The plan is without project, parents and text, of which the mapping carries some. */
  readonly isPartial: boolean;
  readonly nowIso: string;
}

/** What is known of an item that has no page. */
export interface LoneItemFacts {
  readonly kind: "item";
  /** `owner/name#12` */
  readonly name: string;
  readonly item: Asked<ItemSnapshot>;
  /** The mappings that make items in its repository. */
  readonly mappings: readonly string[];
  /** The page that its text names. */
  readonly markedFor?: string;
  /** The links were too many to look through all of them. */
  readonly isSearchCut: boolean;
}

/** Nobody knows what was asked for. */
export interface UnknownFacts {
  readonly kind: "unknown";
  readonly detail: string;
}

export type Facts = PairFacts | LoneItemFacts | UnknownFacts;
