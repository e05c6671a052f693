import type { ItemWrite } from "../github/client.ts";
import type { Named, RepositoryDirectory } from "../github/directory.ts";
import type { GithubEffect } from "../sync/effect.ts";
import { isSet } from "../sync/field-value.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, ItemIdentity } from "../sync/model.ts";
import { isProjectField } from "../sync/project-field.ts";
import { parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import { findNames } from "./find-names.ts";
import { readProject, resolveProjectField, toView } from "./mapped-project.ts";
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
  if (effect.field === "column" || isProjectField(effect.field))
    return { effect, ...(await resolveProjectField(deps, mapping, pair, effect)) };
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

function tooManyAssignees(excess: readonly Named[]): FieldProblem {
  const names = excess.map(({ name }) => `"${name}"`).join(", ");
  return {
    field: "assignees",
    code: "assignees_many",
    reason: `GitHub takes ${MAX_ASSIGNEES} assignees at most; ${names} did not fit.`,
    remedy: `Keep at most ${MAX_ASSIGNEES} people on the page.`,
  };
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

function namesOf(named: readonly Named[]): Readonly<Record<string, string>> {
  return Object.fromEntries(named.map(({ id, name }) => [id, name]));
}

function setOf(value: FieldValue): readonly string[] {
  return isSet(value) ? value : [];
}

function has(names: readonly string[], name: string): boolean {
  return names.some((other) => other.toLowerCase() === name.toLowerCase());
}
