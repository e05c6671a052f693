import type { CloseReason, GithubField } from "./mapping.ts";
import type { Conflict, FieldProblem, FieldValue, Outcome } from "./model.ts";

interface EffectBase {
  /** The GitHub field of the mapping, or `item`, `companion`, `status`, `column`, `draft`, `project`, `reference`, `notice`. */
  readonly field: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
  /** For people: what made it so. */
  readonly why: string;
}

/** A branch that becomes a pull request. */
export interface BranchPlan {
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

/** A write on GitHub. What concerns the companion says so by `on`. */
type OnGithub = EffectBase & { readonly side: "github"; readonly on?: "companion" };

/** One write that a plan asks for. The closed union of all there are. */
export type Effect =
  | (OnGithub & {
      readonly kind: "create";
      readonly field: "item" | "companion";
      readonly to: "issue" | "pullRequest";
      readonly repository: string;
      readonly title: string;
      /** What goes into the creating request besides the title; absent when nothing does. */
      readonly fields?: Readonly<Record<GithubField, FieldValue>>;
      /** Only for pull requests. */
      readonly branch?: BranchPlan;
    })
  | (OnGithub & { readonly kind: "update" })
  | (OnGithub & { readonly kind: "close"; readonly field: "status"; readonly reason: CloseReason })
  | (OnGithub & { readonly kind: "reopen"; readonly field: "status" })
  | (OnGithub & { readonly kind: "merge"; readonly field: "status"; readonly auto: boolean })
  | (OnGithub & { readonly kind: "cancelAutoMerge"; readonly field: "status" })
  | (OnGithub & { readonly kind: "addToProject"; readonly field: "project" })
  | (OnGithub & { readonly kind: "unarchive"; readonly field: "project" })
  | (EffectBase & { readonly side: "notion"; readonly kind: "update" });

export type GithubEffect = Extract<Effect, { side: "github" }>;
export type NotionEffect = Extract<Effect, { side: "notion" }>;
export type CreateEffect = Extract<Effect, { kind: "create" }>;

/** What becomes of the link itself. */
export type LinkStep = "none" | "create" | "adopt" | "detach";

/** What is to be done about one pair; a plan without effects and with `step: "none"` writes nothing. */
export interface PairPlan {
  readonly step: LinkStep;
  readonly effects: readonly Effect[];
  /** Fields that agree as they stand: their base is what was read. */
  readonly agreed: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly problems: readonly FieldProblem[];
  /** Why nothing can be done at all; effects on the page's notice may still be there. */
  readonly stop?: Outcome;
}
