// How one random day differs from another: what the mapping says, what goes wrong, and the moods of the platform.
import { MOOD_NAMES } from "../../local/host/moods.ts";
import type { Moods, Random } from "../../local/host/moods.ts";
import { fullConfig, fullMapping } from "./full-config.ts";
import { happens, pick } from "./random-day.ts";
import type { DayRules, Troubles } from "./random-day.ts";

/** What the mapping says and what people do. */
export function chooseRules(random: Random): DayRules {
  const rules = ["notion", "notion", "github", "hold"] as const;
  return {
    body: pick(random, ["off", "toGithub"]),
    createLabels: happens(random, 0.5),
    createOptions: happens(random, 0.5),
    titleConflict: pick(random, rules),
    fieldConflict: pick(random, rules),
    statusConflict: pick(random, rules),
    onTrash: pick(random, ["detach", "close"]),
    busy: { pulls: happens(random, 0.5), life: happens(random, 0.5), text: happens(random, 0.4) },
    protection: happens(random, 0.2),
  };
}

/** What goes wrong; on some days nothing. */
export function chooseTroubles(random: Random): Troubles {
  const isCalm = happens(random, 0.15);
  return {
    webhooks: !isCalm && happens(random, 0.6),
    faults: !isCalm && happens(random, 0.6),
    kills: !isCalm && happens(random, 0.5),
    pauses: !isCalm && happens(random, 0.3),
  };
}

/** The moods of the platform; on half of the days all is well. */
export function chooseMoods(random: Random): Partial<Moods> {
  if (happens(random, 0.5)) return {};
  return Object.fromEntries(MOOD_NAMES.filter((name) => name !== "keys").map((name) => [name, happens(random, 0.4)]));
}

/** The mapping file of a day. */
export function toConfig(rules: DayRules): unknown {
  const { fields, status } = fullMapping() as { fields: readonly { notion: string; github: string }[]; status: object };
  const { body, createLabels, createOptions, onTrash } = rules;
  return fullConfig({
    ...{ body, createLabels, createOptions, onTrash },
    status: { ...status, conflict: rules.statusConflict },
    fields: fields.map((field) => ({ ...field, conflict: field.github === "title" ? rules.titleConflict : rules.fieldConflict })),
    limits: { creates: 500, merges: 50, removals: 50 },
  });
}
