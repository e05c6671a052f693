import { appendBlocks } from "./block-writes.ts";
import type { Option, Parent, StoredPage, StoredValue } from "./model.ts";
import { parseProperties } from "./page-writes.ts";
import { toSchema } from "./seed-schema.ts";
import { toSeedPageId, type NotionSeed, type SeedPage } from "./seed.ts";
import type { NotionStore } from "./store.ts";

const DEFAULT_CREATED_AT = "2025-12-01T09:00:00.000Z";

const seedUsers = (store: NotionStore, seed: NotionSeed): void => {
  for (const { id, name, type, email } of seed.users) {
    const common = { object: "user" as const, id, name, avatar_url: null };
    if (type === "person") store.addUser({ ...common, type, person: email === undefined ? {} : { email } });
    else {
      const bot = {
        owner: { type: "workspace" as const, workspace: true as const },
        workspace_id: seed.workspace.id,
        workspace_limits: { max_file_upload_size_in_bytes: 5 * 2 ** 20 },
        workspace_name: seed.workspace.name,
      };
      store.addUser({ ...common, type, bot });
    }
  }
};

const toEmptyPage = (store: NotionStore, page: SeedPage, id: string, authorId: string): StoredPage => {
  const dataSource = store.dataSources.get(page.dataSourceId);
  if (!dataSource) throw new Error(`The seed has a page of data source "${page.dataSourceId}", which it does not have.`);
  const parent: Parent = { type: "data_source_id", data_source_id: dataSource.id, database_id: dataSource.databaseId };
  const createdMs = Date.parse(page.createdAt ?? DEFAULT_CREATED_AT);
  const editedMs = page.editedAt === undefined ? createdMs : Date.parse(page.editedAt);
  const createdBy = page.createdBy ?? authorId;
  const flags = { inTrash: page.inTrash ?? false, isArchived: false, isLocked: false };
  const looks = { icon: null, cover: null };
  return {
    id,
    order: store.nextOrder(),
    createdMs,
    editedMs,
    createdBy,
    editedBy: createdBy,
    parent,
    ...flags,
    ...looks,
    values: new Map(),
  };
};

const toValues = (store: NotionStore, page: SeedPage, empty: StoredPage): Map<string, StoredValue> => {
  const schema = store.schemaOf(empty);
  const created = new Map<string, Option[]>();
  const values = parseProperties(schema, page.properties, {
    findUser: (id) => store.users.get(id),
    findPage: (id) => store.pages.get(id),
    canCreateOptions: false,
    newOptionId: () => "",
    created,
  });
  for (const config of schema) {
    const formula = page.formulas?.[config.name];
    if (config.type === "formula" && formula) values.set(config.id, { type: "formula", formula });
    if (config.type === "unique_id")
      values.set(config.id, { type: "unique_id", number: store.nextNumber(`${page.dataSourceId} ${config.id}`) });
  }
  return values;
};

/**
 * Fills an empty store.
 *
 * @param newId gives ids to blocks.
 * @throws Error in Notion's words where a seeded page could not have been written.
 */
export function seedStore(store: NotionStore, seed: NotionSeed, newId: () => string): void {
  seedUsers(store, seed);
  const author = seed.users.find((user) => user.type === "person") ?? seed.users[0];
  if (!author) throw new Error("The seed needs a user.");
  const createdMs = Date.parse(DEFAULT_CREATED_AT);
  for (const [place, dataSource] of seed.dataSources.entries()) {
    const { id, databaseId, title } = dataSource;
    const properties = toSchema(dataSource, place);
    store.putDataSource({ id, databaseId, title, createdMs, editedMs: createdMs, createdBy: author.id, properties });
  }
  // Pages come first without values, because relations may name later ones.
  const pages = seed.pages.map((page, index) => toEmptyPage(store, page, page.id ?? toSeedPageId(index), author.id));
  for (const page of pages) store.seedPage(page);
  for (const [index, page] of seed.pages.entries()) {
    const empty = pages[index];
    if (!empty) continue;
    store.seedPage({ ...empty, values: toValues(store, page, empty) });
    const parent: Parent = { type: "page_id", page_id: empty.id };
    const times = { createdMs: empty.createdMs, authorId: empty.createdBy, newId };
    if (page.children)
      appendBlocks(store, empty.id, parent, page.children, {
        ...times,
        findUser: (id) => store.users.get(id),
        findPage: (id) => store.pages.get(id),
      });
  }
}
