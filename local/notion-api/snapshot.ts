import type { Random } from "../simulator/random.ts";
import type { Keepable } from "../simulator/data-file.ts";
import type { StoredBlock, StoredDataSource, StoredPage, StoredUser } from "./model.ts";
import type { NotionStore } from "./store.ts";

/** A whole workspace as data. */
interface WorkspaceDump {
  readonly users: readonly StoredUser[];
  readonly dataSources: readonly StoredDataSource[];
  readonly pages: readonly StoredPage[];
  readonly blocks: readonly StoredBlock[];
  /** Ids of children by the id of their page or block. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly random: number;
}

/** Keeps a workspace; counters are found again from what they gave out, the past of lists is not kept. */
export function keepWorkspace(store: NotionStore, random: Random): Keepable {
  return {
    dump(): WorkspaceDump {
      const pages = [...store.pages.values()];
      const blocks = [...store.blocks.values()];
      const children = new Map(
        [...pages, ...blocks].flatMap(({ id }) => {
          const ids = store.childIds(id);
          return ids.length > 0 ? [[id, ids] as const] : [];
        }),
      );
      const others = { users: [...store.users.values()], dataSources: [...store.dataSources.values()] };
      return { ...others, pages, blocks, children, random: random.position() };
    },
    load(dump) {
      const { users, dataSources, pages, blocks, children, random: position } = dump as WorkspaceDump;
      store.clear();
      for (const user of users) store.addUser(user);
      for (const dataSource of dataSources) store.putDataSource(dataSource);
      for (const page of pages) store.seedPage(page);
      for (const block of blocks) store.putBlock(block);
      for (const [id, ids] of children) store.setChildren(id, ids);
      random.moveTo(position);
      countOn(store, pages);
    },
  };
}

/** Lets the counters go on after the greatest number that a page has. */
function countOn(store: NotionStore, pages: readonly StoredPage[]): void {
  const lastOrder = Math.max(0, ...pages.map((page) => page.order));
  for (let order = 0; order < lastOrder; order += 1) store.nextOrder();
  const lastNumbers = new Map<string, number>();
  for (const { parent, values } of pages) {
    if (parent.type !== "data_source_id") continue;
    for (const [propertyId, value] of values) {
      const key = `${parent.data_source_id} ${propertyId}`;
      if (value.type === "unique_id") lastNumbers.set(key, Math.max(lastNumbers.get(key) ?? 0, value.number));
    }
  }
  for (const [key, last] of lastNumbers) for (let number = 0; number < last; number += 1) store.nextNumber(key);
}
