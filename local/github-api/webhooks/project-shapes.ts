import type { Node, ProjectItem } from "../model.ts";
import { type Shape, type ShapeSource, accountShapeOf, nodeIdOf } from "./shapes.ts";

const contentType = (content: Node | undefined): string => content?.__typename ?? "DraftIssue";

/** An item of a project. */
export function projectItemShape(source: ShapeSource, item: ProjectItem): Shape {
  const { store } = source;
  const content = store.find(item.contentId);
  return {
    id: Number(item.fullDatabaseId),
    node_id: item.id,
    project_node_id: item.projectId,
    content_node_id: content ? nodeIdOf(source, content) : item.contentId,
    content_type: contentType(content),
    creator: accountShapeOf(source, item.creatorId),
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    archived_at: item.archivedAt,
  };
}
