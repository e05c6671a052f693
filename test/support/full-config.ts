import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";

/** A mapping that uses every feature of pages towards GitHub, on the demo boards. */
export function fullConfig(changes: Readonly<Record<string, unknown>> = {}): unknown {
  return { mappings: [fullMapping(changes)] };
}

export function fullMapping(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    name: "engineering",
    notion: { dataSourceId: DEMO_DATA_SOURCE_ID, githubProperty: "GitHub", errorProperty: "Sync" },
    github: { repository: "acme/widgets", project: { owner: "acme", number: 1 } },
    status: {
      property: "Status",
      projectField: "Status",
      values: {
        Backlog: { item: "none" },
        Ready: { item: "open", project: "Todo" },
        "In Progress": { item: "open", project: "In Progress" },
        Done: { item: "closed", reason: "completed", pullRequest: "merge", project: "Done" },
        "Won't do": { item: "closed", reason: "not_planned", pullRequest: "close" },
      },
    },
    pullRequest: { branchProperty: "Branch", base: "main", draft: false, mergeMethod: "squash" },
    fields: [
      { notion: "Name", github: "title" },
      { notion: "Labels", github: "labels" },
      { notion: "Owner", github: "assignees" },
      { notion: "Milestone", github: "milestone" },
      { notion: "Type", github: "type" },
      { notion: "Parent", github: "parent" },
      { notion: "Estimate", github: "project.Estimate" },
      { notion: "Sprint", github: "project.Iteration" },
      { notion: "Due", github: "project.Due" },
    ],
    people: { "ada@example.com": "ada" },
    ...changes,
  };
}
