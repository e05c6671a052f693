import { toMinute } from "./ids.ts";
import { findProperty, type PropertyValue, type StoredPage } from "./model.ts";
import { toShownValue, type ShowUser } from "./property-reads.ts";
import { toPageUrl } from "./rich-text.ts";
import type { NotionStore } from "./store.ts";

/** The version from which on Notion says `in_trash` only. */
export const CURRENT_VERSION = "2026-03-11";

/** Adds what older versions have beside `in_trash`. */
export function toTrashFlags(inTrash: boolean, version: string): { in_trash: boolean; archived?: boolean } {
  return version < CURRENT_VERSION ? { in_trash: inTrash, archived: inTrash } : { in_trash: inTrash };
}

/**
 * Shows a page.
 *
 * @param onlyProperties names or ids; empty for all.
 */
export function toPageObject(
  store: NotionStore,
  page: StoredPage,
  showUser: ShowUser,
  version: string,
  onlyProperties: readonly string[] = [],
): Record<string, unknown> {
  const schema = store.schemaOf(page);
  const shown = onlyProperties.length === 0 ? schema : new Set(onlyProperties.flatMap((key) => findProperty(schema, key) ?? []));
  const properties: Record<string, PropertyValue> = {};
  for (const config of shown) properties[config.name] = toShownValue(config, page, showUser);
  return {
    object: "page",
    id: page.id,
    created_time: toMinute(page.createdMs),
    last_edited_time: toMinute(page.editedMs),
    created_by: { object: "user", id: page.createdBy },
    last_edited_by: { object: "user", id: page.editedBy },
    cover: page.cover,
    icon: page.icon,
    parent: page.parent,
    ...toTrashFlags(page.inTrash, version),
    is_archived: page.isArchived,
    is_locked: page.isLocked,
    properties,
    url: toPageUrl(page.id),
    public_url: null,
  };
}
