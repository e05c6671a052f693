import type { CloseReason } from "./mapping.ts";
import type { Conflict, FieldProblem, FieldValue, Outcome } from "./model.ts";

interface EffectBase {
  /** The GitHub field of the mapping, or `item`, `status`, `reference`, `notice`. */
  readonly field: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
  /** For people: what made it so. */
  readonly why: string;
}

/** One write that a plan asks for. The closed union of all there are. */
export type Effect =
  | (EffectBase & {
      readonly side: "github";
      readonly kind: "create";
      readonly field: "item";
      readonly repository: string;
      readonly title: string;
    })
  | (EffectBase & { readonly side: "github"; readonly kind: "update" })
  | (EffectBase & { readonly side: "github"; readonly kind: "close"; readonly field: "status"; readonly reason: CloseReason })
  | (EffectBase & { readonly side: "github"; readonly kind: "reopen"; readonly field: "status" })
  | (EffectBase & { readonly side: "notion"; readonly kind: "update" });

export type GithubEffect = Extract<Effect, { side: "github" }>;
export type NotionEffect = Extract<Effect, { side: "notion" }>;

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
