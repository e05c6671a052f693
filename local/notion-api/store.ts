import type { Clock } from "../clock.ts";
import { createVersionedMap, type VersionedMap } from "../simulator/versioned-map.ts";
import {
  TITLE_ID,
  type Option,
  type PropertyConfig,
  type StoredBlock,
  type StoredDataSource,
  type StoredPage,
  type StoredUser,
} from "./model.ts";

const PLAIN_PAGE_SCHEMA: readonly PropertyConfig[] = [
  { id: TITLE_ID, name: "title", description: null, type: "title", title: {} },
];

/** All that the simulated workspace holds. */
export interface NotionStore {
  readonly users: ReadonlyMap<string, StoredUser>;
  readonly dataSources: ReadonlyMap<string, StoredDataSource>;
  readonly pages: Pick<VersionedMap<StoredPage>, "get" | "getAsOf" | "size" | "values">;
  readonly blocks: ReadonlyMap<string, StoredBlock>;
  addUser(user: StoredUser): void;
  putDataSource(dataSource: StoredDataSource): void;
  /** Adds options at the end of a property's list. */
  addOptions(dataSourceId: string, propertyId: string, options: readonly Option[]): void;
  putPage(page: StoredPage): void;
  /** Puts a page as if it had always been so. */
  seedPage(page: StoredPage): void;
  putBlock(block: StoredBlock): void;
  /** The blocks right under a page or block, without those in the trash. */
  listChildren(parentId: string): StoredBlock[];
  setChildren(parentId: string, childIds: readonly string[]): void;
  childIds(parentId: string): readonly string[];
  /** The pages of a data source, those in the trash too; with `asOfMs`, as they were then. */
  listPages(dataSourceId: string, asOfMs?: number): Iterable<StoredPage>;
  /** The properties that a page has: those of its data source, or a title. */
  schemaOf(page: Pick<StoredPage, "parent">): readonly PropertyConfig[];
  /** Counts pages, for the order in which they were made. */
  nextOrder(): number;
  /** Counts the numbers given out by a unique id property. */
  nextNumber(propertyKey: string): number;
  clear(): void;
}

const withOptions = (config: PropertyConfig, added: readonly Option[]): PropertyConfig => {
  switch (config.type) {
    case "select":
      return { ...config, select: { options: [...config.select.options, ...added] } };
    case "multi_select":
      return { ...config, multi_select: { options: [...config.multi_select.options, ...added] } };
    default:
      return config;
  }
};

/** Creates an empty workspace. */
export function createStore(clock: Clock): NotionStore {
  const users = new Map<string, StoredUser>();
  const dataSources = new Map<string, StoredDataSource>();
  const pages = createVersionedMap<StoredPage>(clock);
  const blocks = new Map<string, StoredBlock>();
  const content = new Map<string, readonly string[]>();
  const members = new Map<string, Set<string>>();
  const numbers = new Map<string, number>();
  let order = 0;

  const index = (before: StoredPage | undefined, after: StoredPage): void => {
    if (before?.parent.type === "data_source_id") members.get(before.parent.data_source_id)?.delete(before.id);
    if (after.parent.type !== "data_source_id") return;
    const ids = members.get(after.parent.data_source_id) ?? new Set<string>();
    members.set(after.parent.data_source_id, ids.add(after.id));
  };

  const isMember = (page: StoredPage, dataSourceId: string): boolean =>
    page.parent.type === "data_source_id" && page.parent.data_source_id === dataSourceId;

  const store: NotionStore = {
    users,
    dataSources,
    pages,
    blocks,
    addUser: (user) => void users.set(user.id, user),
    putDataSource: (dataSource) => void dataSources.set(dataSource.id, dataSource),
    addOptions(dataSourceId, propertyId, options) {
      const dataSource = dataSources.get(dataSourceId);
      if (!dataSource) return;
      const properties = dataSource.properties.map((config) =>
        config.id === propertyId ? withOptions(config, options) : config,
      );
      dataSources.set(dataSourceId, { ...dataSource, properties, editedMs: clock.now() });
    },
    putPage(page) {
      index(pages.get(page.id), page);
      pages.set(page.id, page);
    },
    seedPage(page) {
      index(pages.get(page.id), page);
      pages.seed(page.id, page);
    },
    putBlock: (block) => void blocks.set(block.id, block),
    listChildren: (parentId) =>
      store.childIds(parentId).flatMap((id) => {
        const block = blocks.get(id);
        return block && !block.inTrash ? [block] : [];
      }),
    setChildren: (parentId, childIds) => void content.set(parentId, childIds),
    childIds: (parentId) => content.get(parentId) ?? [],
    *listPages(dataSourceId, asOfMs) {
      if (asOfMs !== undefined) {
        for (const page of pages.valuesAsOf(asOfMs)) if (isMember(page, dataSourceId)) yield page;
        return;
      }
      for (const id of members.get(dataSourceId) ?? []) {
        const page = pages.get(id);
        if (page) yield page;
      }
    },
    schemaOf({ parent }) {
      const dataSource = parent.type === "data_source_id" ? dataSources.get(parent.data_source_id) : undefined;
      return dataSource?.properties ?? PLAIN_PAGE_SCHEMA;
    },
    nextOrder: () => (order += 1),
    nextNumber(propertyKey) {
      const number = (numbers.get(propertyKey) ?? 0) + 1;
      numbers.set(propertyKey, number);
      return number;
    },
    clear() {
      for (const map of [users, dataSources, pages, blocks, content, members, numbers]) map.clear();
      order = 0;
    },
  };
  return store;
}
