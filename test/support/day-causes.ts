// Why a pair may not be wholly in step although all trouble is over: what people left behind that cannot be carried.
import { parentOf } from "./board-seen.ts";
import type { ItemSeen, PageSeen } from "./board-seen.ts";
import type { Day } from "./random-day.ts";

/** A reason, the fields that it stops (`*`: all of the pair), and the codes by which it may be told. */
export interface Cause {
  readonly fields: readonly string[];
  readonly codes: readonly string[];
}

/** What a pair is judged by. */
export interface PairFound {
  readonly page: PageSeen;
  readonly item: ItemSeen;
  readonly causes: readonly Cause[];
  /** The fields of which status shows a clash; `null`: a person decides. */
  readonly clashes: ReadonlyMap<string, string | null>;
}

/** Whether something stops a field. */
export function isStopped(causes: readonly Cause[], field: string): boolean {
  return causes.some(({ fields }) => fields.includes("*") || fields.includes(field));
}

const KNOWN_TO_NOTION = ["bug", "documentation", "enhancement", "good first issue", "question", "urgent"];

/** All causes of a page that is not in the trash. */
export function causesOf(
  day: Day,
  page: PageSeen,
  item: ItemSeen | undefined,
  pages: readonly PageSeen[],
  items: readonly ItemSeen[],
): readonly Cause[] {
  const causes: Cause[] = [];
  const add = (fields: readonly string[], ...codes: readonly string[]): void => void causes.push({ fields, codes });
  const { rules } = day;
  const labels = page.fields.labels as readonly string[];
  if (labels.includes("urgent") && !rules.createLabels) add(["labels"], "label_missing");
  const unknown = ((item?.fields.labels ?? []) as readonly string[]).some((name) => !KNOWN_TO_NOTION.includes(name));
  if (unknown && !rules.createOptions) add(["labels"], "option_missing");
  if ((page.fields.assignees as readonly string[]).includes("grace")) add(["assignees"], "person_unmapped");
  if (page.fields.title === "") add(item ? ["title"] : ["*"], "title_empty", "title_missing");
  if (page.reference !== "" && !item) add(["*"], "item_missing", "reference_missing");
  const parent = parentOf(page);
  const above = pages.find(({ id }) => id === parent);
  const parentItem = items.find(({ name, kind }) => kind === "issue" && name === /^\S+/.exec(above?.reference ?? "")?.[0]);
  if (parent !== undefined && (!parentItem || above?.inTrash)) add(["parent"], "parent_unlinked");
  // Its issue was deleted: the parent's own page says so, and GitHub does not know it.
  if (above && above.reference !== "" && !parentItem) add(["parent"], "not_found");
  if (item?.places[0]?.isArchived) add([...PROJECT, "status"], "item_archived");
  if (item && item.places.length === 0) add([...PROJECT, "column"]);
  causes.push(...causesOfPull(day, page, item, items));
  return causes;
}

const PROJECT = ["project.Estimate", "project.Iteration", "project.Due"];

function causesOfPull(day: Day, page: PageSeen, item: ItemSeen | undefined, items: readonly ItemSeen[]): readonly Cause[] {
  const number = /PR #(\d+)/.exec(page.reference)?.[1];
  const hanging = items.find(({ name }) => name === `acme/widgets#${number ?? ""}`);
  const pull = item?.kind === "pullRequest" ? item : hanging;
  const causes: Cause[] = [];
  if (page.branch !== "" && pull?.headRefName !== page.branch) {
    if (!day.branches.includes(page.branch)) causes.push({ fields: item ? ["branch"] : ["*"], codes: ["branch_missing"] });
    // Merged already: there is nothing that the base lacks.
    causes.push({ fields: item ? ["branch"] : ["*"], codes: ["branch_empty", "claimed"] });
  }
  if (!pull) return causes;
  if (pull.state === "OPEN" && pull.isDraft && page.status === "Done") causes.push({ fields: ["status"], codes: ["draft"] });
  if (pull !== item) return causes;
  if (pull.state === "MERGED" && page.status !== "Done") causes.push({ fields: ["status"], codes: ["already_merged"] });
  if (pull.state === "CLOSED" && page.status === "Done") causes.push({ fields: ["status"], codes: ["closed_unmerged"] });
  return causes;
}
