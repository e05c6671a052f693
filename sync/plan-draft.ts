import type { Effect } from "./effect.ts";
import type { Conflict, FieldProblem, FieldValue, Side } from "./model.ts";

/** What is gathered while the plan of a pair is made. */
export class PlanDraft {
  readonly effects: Effect[] = [];
  readonly agreed: string[] = [];
  readonly conflicts: Conflict[] = [];
  readonly problems: FieldProblem[] = [];

  /** Adds a write on GitHub. */
  github(effect: Extract<Effect, { side: "github" }>): void {
    this.effects.push(effect);
  }

  /** Adds a write to the page. */
  notion(field: string, from: FieldValue, to: FieldValue, why: string): void {
    this.effects.push({ side: "notion", kind: "update", field, from, to, why });
  }

  /** Keeps both values of a clash; `taken` says whose stands, `null` that a person decides. */
  conflict(field: string, page: FieldValue, item: FieldValue, taken: Side | null): void {
    this.conflicts.push({ field, page, item, taken });
  }
}
