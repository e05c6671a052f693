// The mapping file as people write it. The normalised form is `Mapping` of sync/mapping.ts, made by mapping.ts.
import type * as z from "zod/mini";
import { DEFAULT_LIMITS, DEFAULTS } from "./defaults.ts";
import { GITHUB_FIELDS, login, mappingName } from "./forms.ts";
import { byName, count, flag, list, maybe, maybeNull, oneOf, share, strict, text, type Form } from "./schema-parts.ts";
import { WrittenGithub, WrittenNotion } from "./schema-sides.ts";
import { conflict, direction, WrittenStatus } from "./schema-status.ts";
import { choices, nearest } from "./wording.ts";

/** Words that people try as GitHub fields, and the key that does it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  body: 'Use the key "body" of the mapping.',
  description: 'Use the key "body" of the mapping.',
  comments: 'Use the key "comments" of the mapping.',
  status: 'Use the key "status" of the mapping.',
  state: 'Use the key "status" of the mapping.',
};

const githubField: Form = {
  pattern: /^(?:title|labels|assignees|milestone|type|parent|project\.\S(?:.*\S)?)$/,
  expected: "a GitHub field",
  fix: (value) => {
    const elsewhere = ELSEWHERE[value.toLowerCase()];
    if (elsewhere !== undefined) return elsewhere;
    const meant = nearest(value, GITHUB_FIELDS);
    return meant === undefined
      ? `Use ${choices([...GITHUB_FIELDS, "project.<field name>"])}. Is "${value}" a field of the project? Then write "project.${value}".`
      : `Did you mean "${meant}"?`;
  },
};

const WrittenField = strict(
  {
    notion: text({ description: "Name or id of the Notion property." }),
    github: text(
      {
        description: "GitHub field: title, labels, assignees, milestone, type, parent, or project.<field name>.",
        examples: [...GITHUB_FIELDS, "project.Estimate"],
      },
      githubField,
    ),
    direction: maybe(direction),
    conflict: maybe(conflict),
  },
  { description: "One Notion property and the GitHub field that it goes with." },
);

const WrittenPullRequest = strict(
  {
    branchProperty: text({
      description: "Rich text property; a page that names a branch there becomes a pull request.",
      examples: ["Branch"],
    }),
    base: maybe(text({ description: "Branch that pull requests are made against.", default: DEFAULTS.base })),
    draft: maybe(flag({ description: "Makes new pull requests as drafts.", default: DEFAULTS.draft })),
    mergeMethod: maybe(
      oneOf(["merge", "squash", "rebase"], { description: "How pull requests are merged.", default: DEFAULTS.mergeMethod }),
    ),
    mergeUnstable: maybe(
      flag({ description: "Merges although checks that are not required are red.", default: DEFAULTS.mergeUnstable }),
    ),
  },
  { description: "How pages become pull requests, and how these are merged." },
);

const perHour = (what: string, of: number) =>
  maybe(count({ description: `${what} within an hour; what goes beyond is held until confirmed.`, default: of }));

const WrittenLimits = strict(
  {
    creates: perHour("Items and pages made outside import", DEFAULT_LIMITS.creates),
    merges: perHour("Pull requests merged", DEFAULT_LIMITS.merges),
    removals: perHour("Links detached, closed or trashed because of trash, move or deletion", DEFAULT_LIMITS.removals),
    removalsShare: maybe(
      share({
        description: "The same as a share of the mapping's links; the greater of the two counts.",
        default: DEFAULT_LIMITS.removalsShare,
      }),
    ),
    changedMapping: maybe(
      count({
        description: "Pairs that a changed mapping may touch before it is held until confirmed.",
        default: DEFAULT_LIMITS.changedMapping,
      }),
    ),
  },
  { description: "What this mapping may do before a guard holds the rest." },
);

const flow = (what: string) =>
  maybe(oneOf(["off", "toGithub", "toNotion", "both"], { description: `Which way ${what} go.`, default: DEFAULTS.flow }));

const WrittenMapping = strict(
  {
    name: text({ description: "Short name of the mapping; it is stored with every link." }, mappingName),
    previousName: maybeNull(
      text({ description: "The mapping's name before it was renamed; its links move to the new one." }, mappingName),
    ),
    notion: WrittenNotion,
    github: WrittenGithub,
    status: WrittenStatus,
    pullRequest: maybeNull(WrittenPullRequest),
    fields: list(WrittenField, { description: "Which property goes with which field; one of them is the title.", minItems: 1 }),
    people: maybe(
      byName(text({ description: "GitHub login." }, login), {
        description: "E-mail address or Notion user id of a person → GitHub login.",
      }),
    ),
    body: flow("the page's content and the item's description"),
    comments: flow("comments"),
    onTrash: maybe(
      oneOf(["detach", "close"], {
        description: "When a page is trashed: only detach the link, or close its item too.",
        default: DEFAULTS.onTrash,
      }),
    ),
    onDelete: maybe(
      oneOf(["detach", "trash"], {
        description: "When an issue is deleted: only detach the link, or trash its page too.",
        default: DEFAULTS.onDelete,
      }),
    ),
    createOptions: maybe(flag({ description: "Adds missing options to Notion selects.", default: DEFAULTS.createOptions })),
    createLabels: maybe(flag({ description: "Adds missing labels to the repository.", default: DEFAULTS.createLabels })),
    mentions: maybe(
      flag({
        description: "Lets the text of a page mention the people of the table, who are then notified.",
        default: DEFAULTS.mentions,
      }),
    ),
    limits: maybe(WrittenLimits),
  },
  { description: "One correspondence of a Notion data source with a GitHub repository and project." },
);
export type WrittenMapping = z.input<typeof WrittenMapping>;

/** The whole mapping file. */
export const WrittenConfig = strict(
  {
    $schema: maybe(text({ description: "Where editors find the schema of this file." })),
    mappings: list(WrittenMapping, {
      description: "The mappings; a page or item that fits several belongs to the first.",
      minItems: 1,
    }),
  },
  { description: "The mapping file of Notion Sync." },
);
export type WrittenConfig = z.input<typeof WrittenConfig>;
