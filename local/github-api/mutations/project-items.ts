import type { Context } from "../context.ts";
import type { Item, Project, ProjectItem } from "../model.ts";

/** Adds an issue or pull request to a project; one that is there already stays as it is. */
export function addToProject(context: Context, project: Project, content: Item): ProjectItem {
  const { store, viewer, events } = context;
  const present = store.children("ProjectV2Item", content.id).find(({ projectId }) => projectId === project.id);
  if (present) return present;
  const databaseId = store.ids.bigId();
  const item = store.put<ProjectItem>({
    __typename: "ProjectV2Item",
    id: store.ids.nodeId("ProjectV2Item", databaseId),
    fullDatabaseId: String(databaseId),
    projectId: project.id,
    contentId: content.id,
    creatorId: viewer.id,
    isArchived: false,
    archivedAt: null,
    createdAt: store.now(),
    updatedAt: store.now(),
    values: {},
  });
  events.projectItem("created", item);
  return item;
}
