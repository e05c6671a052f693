import type { FieldMapping, GithubFilter, Mapping, PullRequestMapping, StatusMapping } from "../sync/mapping.ts";
import { DEFAULT_LIMITS, DEFAULTS } from "./defaults.ts";
import { toPerson, toUuid } from "./forms.ts";
import type { WrittenMapping } from "./schema.ts";

/** Fills in the defaults of a mapping that has been found right, and brings ids into one form. */
export function toMapping(written: WrittenMapping): Mapping {
  const { notion, github } = written;
  return {
    name: written.name,
    previousName: written.previousName ?? null,
    notion: {
      dataSourceId: toUuid(notion.dataSourceId),
      githubProperty: notion.githubProperty ?? DEFAULTS.githubProperty,
      errorProperty: notion.errorProperty ?? null,
      filter: notion.filter ?? null,
      createPages: notion.createPages ?? DEFAULTS.createPages,
    },
    github: {
      repository: github.repository,
      repositoryProperty: github.repositoryProperty ?? null,
      project: github.project ?? null,
      filter: toFilter(github.filter),
    },
    status: toStatus(written.status),
    pullRequest: toPullRequest(written.pullRequest),
    fields: written.fields.map(toField),
    people: Object.fromEntries(Object.entries(written.people ?? {}).map(([person, login]) => [toPerson(person), login])),
    mentions: written.mentions ?? DEFAULTS.mentions,
    body: written.body ?? DEFAULTS.flow,
    comments: written.comments ?? DEFAULTS.flow,
    onTrash: written.onTrash ?? DEFAULTS.onTrash,
    onDelete: written.onDelete ?? DEFAULTS.onDelete,
    createOptions: written.createOptions ?? DEFAULTS.createOptions,
    createLabels: written.createLabels ?? DEFAULTS.createLabels,
    limits: {
      creates: written.limits?.creates ?? DEFAULT_LIMITS.creates,
      merges: written.limits?.merges ?? DEFAULT_LIMITS.merges,
      removals: written.limits?.removals ?? DEFAULT_LIMITS.removals,
      removalsShare: written.limits?.removalsShare ?? DEFAULT_LIMITS.removalsShare,
      changedMapping: written.limits?.changedMapping ?? DEFAULT_LIMITS.changedMapping,
    },
  };
}

function toStatus(written: WrittenMapping["status"]): StatusMapping {
  return {
    property: written.property ?? DEFAULTS.statusProperty,
    projectField: written.projectField ?? DEFAULTS.projectField,
    direction: written.direction ?? DEFAULTS.direction,
    conflict: written.conflict ?? DEFAULTS.conflict,
    values: Object.entries(written.values).map(([name, value]) => ({
      name,
      value: {
        item: value.item,
        reason: value.reason ?? "completed",
        pullRequest: value.pullRequest ?? null,
        project: value.project ?? null,
        draft: value.draft ?? null,
      },
    })),
    created: written.created ?? null,
    reopened: written.reopened ?? null,
  };
}

function toField(written: WrittenMapping["fields"][number]): FieldMapping {
  return {
    notion: written.notion,
    github: written.github,
    direction: written.direction ?? DEFAULTS.direction,
    conflict: written.conflict ?? DEFAULTS.conflict,
  };
}

function toPullRequest(written: WrittenMapping["pullRequest"]): PullRequestMapping | null {
  if (written === undefined || written === null) return null;
  return {
    branchProperty: written.branchProperty,
    base: written.base ?? DEFAULTS.base,
    draft: written.draft ?? DEFAULTS.draft,
    mergeMethod: written.mergeMethod ?? DEFAULTS.mergeMethod,
    mergeUnstable: written.mergeUnstable ?? DEFAULTS.mergeUnstable,
  };
}

function toFilter(written: WrittenMapping["github"]["filter"]): GithubFilter | null {
  if (written === undefined || written === null) return null;
  return {
    labels: { any: written.labels?.any ?? [], none: written.labels?.none ?? [] },
    authorsNot: written.authorsNot ?? [],
    types: written.types ?? [],
  };
}
