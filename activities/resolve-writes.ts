import type { RepositoryDirectory, Named } from "../github/directory.ts";
import { findProjectField, toProjectValue } from "../github/project-values.ts";
import type { ProjectView } from "../github/project-items.ts";
import type { ProjectFacts } from "../github/projects.ts";
import type { ItemWrite } from "../github/client.ts";
import type { GithubEffect } from "../sync/effect.ts";
import { isSet } from "../sync/field-value.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, ItemIdentity } from "../sync/model.ts";
import { isProjectField } from "../sync/plan-fields.ts";
import { parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

/** One effect in GitHub's terms: its writes, and what of it cannot be written. */
export interface ResolvedEffect {
  readonly effect: GithubEffect;
  readonly writes: readonly ItemWrite[];
  readonly problems: readonly FieldProblem[];
}

const MAX_ASSIGNEES = 10; // GitHub drops further ones in silence

/**
 * Finds the ids behind the names of one effect.
 *
 * @remarks What has no id becomes a problem that names it; the rest of the effect goes on. Merges and creations are not resolved here.
 */
export async function resolveEffect(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: GithubEffect,
  deadlineAtMs: number,
): Promise<ResolvedEffect> {
  const item = effect.on === "companion" ? pair.companion : pair.item;
  if (!item) return { effect, writes: [], problems: [] };
  const { nodeId } = item;
  const isPullRequest = item.kind === "pullRequest";
  const done = (writes: readonly ItemWrite[], problems: readonly FieldProblem[] = []): ResolvedEffect => ({
    effect,
    writes,
    problems,
  });
  switch (effect.kind) {
    case "create":
    case "merge":
    case "cancelAutoMerge":
      return done([]);
    case "close":
      return done([isPullRequest ? { nodeId, kind: "closePullRequest" } : { nodeId, kind: "closeIssue", reason: effect.reason }]);
    case "reopen":
      return done([{ nodeId, kind: isPullRequest ? "reopenPullRequest" : "reopenIssue" }]);
    case "addToProject":
      return done([{ nodeId, kind: "addToProject", project: toView(mapping, await readProject(deps, mapping)) }]);
    case "unarchive": {
      const projectItemId = pair.item?.project?.projectItemId;
      if (projectItemId === undefined) return done([]);
      return done([
        { nodeId, kind: "unarchiveProjectItem", projectItemId, project: toView(mapping, await readProject(deps, mapping)) },
      ]);
    }
    case "update":
      break;
  }
  if (effect.field === "title") {
    return done([{ nodeId, kind: isPullRequest ? "updatePullRequest" : "updateIssue", title: String(effect.to ?? "") }]);
  }
  if (effect.field === "body")
    return done([{ nodeId, kind: isPullRequest ? "updatePullRequest" : "updateIssue", body: pair.body?.text ?? "" }]);
  if (effect.field === "draft") return done([{ nodeId, kind: effect.to === "draft" ? "convertToDraft" : "markReady" }]);
  if (effect.field === "column" || isProjectField(effect.field)) return resolveProjectField(deps, mapping, pair, effect);
  if (effect.field === "parent") return resolveParent(deps, pair, effect, nodeId);
  const directory = await deps.facts.readDirectory(item.repository);
  const { writes, problems } = await resolveNames(deps, mapping, item, directory, effect, deadlineAtMs);
  return done(writes, problems);
}

async function resolveNames(
  deps: ActivityDeps,
  mapping: Mapping,
  item: ItemIdentity,
  directory: RepositoryDirectory,
  effect: GithubEffect,
  deadlineAtMs: number,
): Promise<{ readonly writes: readonly ItemWrite[]; readonly problems: readonly FieldProblem[] }> {
  const { nodeId } = item;
  const kind = item.kind === "pullRequest" ? "updatePullRequest" : "updateIssue";
  if (effect.field === "milestone" || effect.field === "type") {
    const found = await findNames(
      deps,
      mapping,
      directory,
      effect.field,
      effect.to === null ? [] : [String(effect.to)],
      deadlineAtMs,
    );
    const id = found.named[0]?.id ?? null;
    if (found.problems.length > 0) return { writes: [], problems: found.problems };
    if (effect.field === "milestone")
      return { writes: [{ nodeId, kind, milestoneId: id, names: namesOf(found.named) }], problems: [] };
    if (item.kind === "pullRequest") return { writes: [], problems: [] };
    return { writes: [{ nodeId, kind: "updateIssue", issueTypeId: id, names: namesOf(found.named) }], problems: [] };
  }
  const before = setOf(effect.from);
  const after = setOf(effect.to);
  const add = await findNames(
    deps,
    mapping,
    directory,
    effect.field,
    after.filter((name) => !has(before, name)),
    deadlineAtMs,
  );
  const remove = await findNames(
    deps,
    mapping,
    directory,
    effect.field,
    before.filter((name) => !has(after, name)),
    deadlineAtMs,
    true,
  );
  const isLabels = effect.field === "labels";
  const writes: ItemWrite[] = [];
  if (remove.named.length > 0) {
    const names = namesOf(remove.named);
    const ids = remove.named.map(({ id }) => id);
    writes.push(
      isLabels
        ? { nodeId, kind: "removeLabels", labelIds: ids, names }
        : { nodeId, kind: "removeAssignees", assigneeIds: ids, names },
    );
  }
  const room = isLabels ? add.named.length : Math.max(0, MAX_ASSIGNEES - before.length + remove.named.length);
  const fitting = add.named.slice(0, room);
  if (fitting.length > 0) {
    const names = namesOf(fitting);
    const ids = fitting.map(({ id }) => id);
    writes.push(
      isLabels ? { nodeId, kind: "addLabels", labelIds: ids, names } : { nodeId, kind: "addAssignees", assigneeIds: ids, names },
    );
  }
  const excess = add.named.slice(room);
  return { writes, problems: [...add.problems, ...(excess.length > 0 ? [tooManyAssignees(excess)] : [])] };
}

/** What names mean in a repository, and which mean nothing; labels are made when the mapping allows it. */
export async function findNames(
  deps: ActivityDeps,
  mapping: Mapping,
  directory: RepositoryDirectory,
  field: string,
  names: readonly string[],
  deadlineAtMs: number,
  isRemoval = false,
): Promise<{ readonly named: readonly Named[]; readonly problems: readonly FieldProblem[] }> {
  const named: Named[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const found = findName(directory, field, name);
    if (found) named.push(found);
    else if (isRemoval) continue;
    else if (field === "labels" && mapping.createLabels) {
      named.push(await deps.github.createLabel(directory.repositoryId, name, { deadlineAtMs }));
      deps.facts.forget();
    } else missing.push(name);
  }
  return { named, problems: missing.length > 0 ? [missingNames(directory, field, missing)] : [] };
}

function findName(directory: RepositoryDirectory, field: string, name: string): Named | undefined {
  if (field === "labels") return directory.findLabel(name);
  if (field === "milestone") return directory.findMilestone(name);
  if (field === "type") return directory.findIssueType(name);
  return directory.findAssignableUser(name);
}

const KINDS: Readonly<
  Record<string, { readonly what: string; readonly list: "labels" | "milestones" | "issueTypes" | "assignableUsers" }>
> = {
  labels: { what: "label", list: "labels" },
  milestone: { what: "milestone", list: "milestones" },
  type: { what: "issue type", list: "issueTypes" },
  assignees: { what: "assignable person", list: "assignableUsers" },
};

const SHOWN = 12; // names in a remedy; a longer list helps nobody

function missingNames(directory: RepositoryDirectory, field: string, names: readonly string[]): FieldProblem {
  const { what, list } = KINDS[field] ?? { what: field, list: "labels" };
  const quoted = names.map((name) => `"${name}"`).join(", ");
  const there = directory[list].slice(0, SHOWN).map(({ name }) => `"${name}"`);
  const more = directory[list].length > SHOWN ? " …" : "";
  const offer =
    there.length === 0 ? "the repository has none" : `there ${there.length === 1 ? "is" : "are"} ${there.join(", ")}${more}`;
  const make = field === "assignees" ? "Give access to the repository on GitHub" : "Make it on GitHub";
  const code = field === "assignees" ? "person_unassignable" : `${field === "labels" ? "label" : field}_missing`;
  const failure = directory.failures.get(list);
  if (failure)
    return {
      field,
      code: failure.code,
      reason: `The ${list} of the repository cannot be read: ${failure.message}`,
      remedy: "It is tried again.",
    };
  return { field, code, reason: `The repository has no ${what} ${quoted}.`, remedy: `${make}, or choose another: ${offer}.` };
}

function tooManyAssignees(excess: readonly Named[]): FieldProblem {
  const names = excess.map(({ name }) => `"${name}"`).join(", ");
  return {
    field: "assignees",
    code: "assignees_many",
    reason: `GitHub takes ${MAX_ASSIGNEES} assignees at most; ${names} did not fit.`,
    remedy: `Keep at most ${MAX_ASSIGNEES} people on the page.`,
  };
}

async function resolveProjectField(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: GithubEffect,
): Promise<ResolvedEffect> {
  const place = pair.item?.project;
  const facts = await readProject(deps, mapping);
  const name = effect.field === "column" ? mapping.status.projectField : effect.field;
  const target = toProjectValue(effect.field, effect.to, facts, name);
  if ("problem" in target) return { effect, writes: [], problems: [target.problem] };
  // An item that is not there yet is added first; its fields come with the next plan.
  if (!place || !pair.item) return { effect, writes: [], problems: [] };
  const shared = {
    nodeId: pair.item.nodeId,
    projectItemId: place.projectItemId,
    fieldId: target.fieldId,
    project: toView(mapping, facts),
  };
  const write: ItemWrite =
    target.value === null
      ? { ...shared, kind: "clearProjectField" }
      : { ...shared, kind: "setProjectField", value: target.value };
  return { effect, writes: [write], problems: [] };
}

async function resolveParent(deps: ActivityDeps, pair: PairWork, effect: GithubEffect, nodeId: string): Promise<ResolvedEffect> {
  const reference = parseReference(String(effect.to ?? effect.from ?? ""));
  if (!reference) return { effect, writes: [], problems: [] };
  const known = [...pair.parents.values()].find(
    (item) => item.number === reference.number && item.repository === reference.repository,
  );
  const parentNodeId = known?.nodeId ?? (await deps.github.findIssue(reference.repository, reference.number))?.nodeId;
  if (parentNodeId === undefined) return { effect, writes: [], problems: [] };
  return {
    effect,
    writes: [{ nodeId, kind: effect.to === null ? "removeSubIssue" : "addSubIssue", parentNodeId }],
    problems: [],
  };
}

/**
 * The mapped project.
 *
 * @throws ServiceError `project_unreachable` when the token cannot reach it.
 */
export function readProject(deps: ActivityDeps, mapping: Mapping): Promise<ProjectFacts> {
  const { project } = mapping.github;
  if (!project) throw new Error(`Unreachable: mapping "${mapping.name}" has no project.`);
  return deps.facts.readProject(project.owner, project.number);
}

/** Which fields of the project the mapping looks at. */
export function toView(mapping: Mapping, facts: ProjectFacts): ProjectView {
  const names = mapping.fields.map(({ github }) => github).filter(isProjectField);
  const fields = names.map((name) => name.slice("project.".length)).filter((name) => findProjectField(facts, name) !== undefined);
  return { projectId: facts.projectId, statusField: mapping.status.projectField, fields };
}

function namesOf(named: readonly Named[]): Readonly<Record<string, string>> {
  return Object.fromEntries(named.map(({ id, name }) => [id, name]));
}

function setOf(value: FieldValue): readonly string[] {
  return isSet(value) ? value : [];
}

function has(names: readonly string[], name: string): boolean {
  return names.some((other) => other.toLowerCase() === name.toLowerCase());
}
