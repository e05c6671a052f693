import type { MappingLimits } from "../sync/mapping.ts";

/** What a mapping means where it says nothing. Whatever makes or publishes something on the other side is off until asked for. */
export const DEFAULTS = {
  githubProperty: "GitHub",
  createPages: "none",
  statusProperty: "Status",
  projectField: "Status",
  direction: "both",
  conflict: "notion",
  base: "main",
  draft: false,
  mergeMethod: "squash",
  mergeUnstable: false,
  flow: "off",
  onTrash: "detach",
  onDelete: "detach",
  createOptions: false,
  createLabels: false,
  mentions: false,
} as const;

/** What a mapping may do within an hour before a guard holds the rest; from the guards of the design, section 5. */
export const DEFAULT_LIMITS: MappingLimits = {
  creates: 50,
  merges: 5,
  removals: 5,
  removalsShare: 0.25, // of the mapping's links
  changedMapping: 50,
};
