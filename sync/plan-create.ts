import { isEmptyValue } from "./field-value.ts";
import type { BranchPlan, CreateEffect } from "./effect.ts";
import type { Mapping, StatusValue } from "./mapping.ts";
import type { FieldValue, PageSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";

/** Plans the item of a page: a pull request when its branch is filled, else an issue. */
export function planCreate(mapping: Mapping, page: PageSnapshot, value: StatusValue, title: string): CreateEffect {
  const branch = branchOf(mapping, page, value);
  // A pull request gets its fields in a second request.
  const fields = branch ? {} : creationFields(mapping, page);
  return {
    side: "github",
    kind: "create",
    field: "item",
    from: null,
    to: branch ? "pullRequest" : "issue",
    repository: page.repository ?? mapping.github.repository,
    title,
    why: `"${page.status ?? ""}" makes ${branch ? "a pull request" : "an issue"}`,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(branch ? { branch } : {}),
  };
}

/** Plans the pull request that hangs on an issue whose page got a branch. */
export function planCompanion(mapping: Mapping, page: PageSnapshot, value: StatusValue, title: string): CreateEffect | undefined {
  const branch = branchOf(mapping, page, value);
  if (!branch || value.item !== "open") return undefined;
  return {
    side: "github",
    kind: "create",
    field: "companion",
    from: null,
    to: "pullRequest",
    repository: page.repository ?? mapping.github.repository,
    title,
    why: `the page names the branch "${branch.head}"`,
    branch,
  };
}

function branchOf(mapping: Mapping, page: PageSnapshot, value: StatusValue): BranchPlan | undefined {
  const head = page.branch?.trim() ?? "";
  if (!mapping.pullRequest || head === "") return undefined;
  return { head, base: mapping.pullRequest.base, draft: value.draft ?? mapping.pullRequest.draft };
}

/** What goes into the creating request: filled fields that are not the title and not the project's. */
function creationFields(mapping: Mapping, page: PageSnapshot): Readonly<Record<string, FieldValue>> {
  const fields: Record<string, FieldValue> = {};
  for (const { github, direction } of mapping.fields) {
    const value = page.fields[github];
    if (github === "title" || isProjectField(github) || direction === "toNotion") continue;
    if (value !== undefined && !isEmptyValue(value)) fields[github] = value;
  }
  return fields;
}
