import { mayWriteProject } from "../access.ts";
import { type PageArgs, pageOf, pageOfEntries } from "../connection.ts";
import type { Context } from "../context.ts";
import type { DraftIssue, IterationField, Project, ProjectField, ProjectItem, SelectField } from "../model.ts";
import { parseProjectFilter } from "../project-filter.ts";
import { contentOf, fieldsOf, isCompleted, showValues } from "../project-values.ts";
import { readActor } from "./actors.ts";
import type { FieldResolvers } from "./resolver.ts";

const projectPath = ({ ownerId, number }: Project, { store }: Context): string => {
  const owner = store.find(ownerId);
  return `/${owner?.__typename === "Organization" ? "orgs" : "users"}/${owner && "login" in owner ? owner.login : ""}/projects/${number}`;
};

const field: FieldResolvers = {
  project: ({ projectId }: ProjectField, _args, { store }) => store.get("ProjectV2", projectId),
};

const value: FieldResolvers = {
  creator: ({ creatorId }: { creatorId: string }, _args, context) => readActor(context, creatorId),
};

const namedValue = (source: ProjectItem, { name }: { name: string }, context: Context): unknown =>
  showValues(context, source).find((shown) => (shown["field"] as ProjectField).name.toLowerCase() === name.toLowerCase()) ?? null;

const TYPES: Readonly<Record<string, string>> = { Issue: "ISSUE", PullRequest: "PULL_REQUEST", DraftIssue: "DRAFT_ISSUE" };

/** Resolvers of projects, their fields, items and values. */
export const PROJECT_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  ProjectV2: {
    owner: ({ ownerId }: Project, _args, { store }) => store.find(ownerId),
    creator: ({ creatorId }: Project, _args, context) => readActor(context, creatorId),
    url: (project: Project, _args, context) => context.webUrl + projectPath(project, context),
    resourcePath: (project: Project, _args, context) => projectPath(project, context),
    viewerCanUpdate: (project: Project, _args, context) => mayWriteProject(context, project),
    viewerCanClose: (project: Project, _args, context) => mayWriteProject(context, project),
    viewerCanReopen: (project: Project, _args, context) => mayWriteProject(context, project),
    fields: ({ id }: Project, args: PageArgs, { store }) => pageOf(fieldsOf(store, id), args),
    field: ({ id }: Project, { name }: { name: string }, { store }) =>
      fieldsOf(store, id).find((found) => found.name.toLowerCase() === name.toLowerCase()) ?? null,
    items: ({ id }: Project, args: PageArgs & { query?: string | null }, context) => {
      const query = args.query ?? "";
      const matches = parseProjectFilter(context, query);
      const showsArchived = /\bis:archived\b/.test(query);
      const listing = context.store.listing("ProjectV2Item", id, context.asOfMs);
      return pageOfEntries(listing.created, listing.get, args, {
        descending: false,
        matches: (item: ProjectItem) => item.isArchived === showsArchived && matches(item),
      });
    },
  },
  ProjectV2Field: field,
  ProjectV2SingleSelectField: {
    ...field,
    options: ({ selectOptions }: SelectField, { names }: { names?: readonly string[] | null }) =>
      selectOptions.filter(({ name }) => !names || names.includes(name)),
  },
  ProjectV2SingleSelectFieldOption: { nameHTML: ({ name }: { name: string }) => name },
  ProjectV2IterationField: {
    ...field,
    configuration: ({ iterations, duration, startDay }: IterationField, _args, { store }) => ({
      duration,
      startDay,
      iterations: iterations.filter((iteration) => !isCompleted(store, iteration)),
      completedIterations: iterations.filter((iteration) => isCompleted(store, iteration)).reverse(),
    }),
  },
  ProjectV2IterationFieldIteration: { titleHTML: ({ title }: { title: string }) => title },
  ProjectV2Item: {
    project: ({ projectId }: ProjectItem, _args, { store }) => store.get("ProjectV2", projectId),
    content: (item: ProjectItem, _args, { store }) => contentOf(store, item) ?? null,
    type: (item: ProjectItem, _args, { store }) => TYPES[contentOf(store, item)?.__typename ?? ""] ?? "REDACTED",
    creator: ({ creatorId }: ProjectItem, _args, context) => readActor(context, creatorId),
    fieldValues: (item: ProjectItem, args: PageArgs, context) => pageOf(showValues(context, item), args),
    fieldValueByName: namedValue,
  },
  ProjectV2ItemFieldTextValue: value,
  ProjectV2ItemFieldNumberValue: value,
  ProjectV2ItemFieldDateValue: value,
  ProjectV2ItemFieldSingleSelectValue: value,
  ProjectV2ItemFieldIterationValue: value,
  ProjectV2ItemFieldLabelValue: {
    labels: ({ labelIds }: { labelIds: readonly string[] }, args: PageArgs, { store }) =>
      pageOf(
        labelIds.flatMap((id) => store.findOf("Label", id) ?? []),
        args,
      ),
  },
  ProjectV2ItemFieldUserValue: {
    users: ({ userIds }: { userIds: readonly string[] }, args: PageArgs, { store }) =>
      pageOf(
        userIds.flatMap((id) => store.findOf("User", id) ?? []),
        args,
      ),
  },
  ProjectV2ItemFieldMilestoneValue: {
    milestone: ({ milestoneId }: { milestoneId: string }, _args, { store }) => store.findOf("Milestone", milestoneId) ?? null,
  },
  ProjectV2ItemFieldRepositoryValue: {
    repository: ({ repositoryId }: { repositoryId: string }, _args, { store }) =>
      store.findOf("Repository", repositoryId) ?? null,
  },
  DraftIssue: {
    creator: ({ creatorId }: DraftIssue, _args, context) => readActor(context, creatorId),
    bodyText: ({ body }: DraftIssue) => body,
    assignees: ({ assigneeIds }: DraftIssue, args: PageArgs, { store }) =>
      pageOf(
        assigneeIds.flatMap((id) => store.findOf("User", id) ?? []),
        args,
      ),
  },
};
