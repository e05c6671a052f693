import type { Mapping } from "../sync/mapping.ts";
import { toNotionId } from "./id.ts";
import { toPageSnapshot } from "./page.ts";
import type { NotionPage } from "./schema.ts";

/**
 * Finds the mapping that a page without a link belongs to: the first of its data source whose filter it matches.
 *
 * @param mappings In the order of the configuration.
 * @param readAt When the page was read; what "today" means to a filter.
 */
export function routePage(page: NotionPage, mappings: readonly Mapping[], readAt: string): Mapping | undefined {
  const { parent } = page;
  if (parent.type !== "data_source_id") return undefined;
  const dataSourceId = toNotionId(parent.data_source_id);
  return mappings.find((mapping) => mapping.notion.dataSourceId === dataSourceId && isMatch(page, mapping, readAt));
}

function isMatch(page: NotionPage, mapping: Mapping, readAt: string): boolean {
  return mapping.notion.filter === null || toPageSnapshot(page, mapping, readAt).unmatched !== true;
}
