import type { Keepable } from "../simulator/data-file.ts";
import type { Random } from "../simulator/random.ts";
import type { IdPosition } from "./ids.ts";
import type { Node } from "./model.ts";
import type { GithubVendor } from "./vendor.ts";

/** The whole state as data. */
interface StoreDump {
  readonly nodes: readonly Node[];
  readonly redirects: readonly (readonly [from: string, id: string])[];
  /** By repository id: deleted issues do not give their numbers back. */
  readonly lastNumbers: ReadonlyMap<string, number>;
  readonly ids: IdPosition;
  readonly random: number;
}

/** Keeps the state of a simulated GitHub; the past of lists, rate limits and tokens of installations are not kept. */
export function keepStore(vendor: GithubVendor, random: Random): Keepable {
  return {
    dump(): StoreDump {
      const { store } = vendor;
      const lastNumbers = new Map(store.repositories().map(({ id }) => [id, store.lastNumber(id)]));
      const counters = { lastNumbers, ids: store.ids.position(), random: random.position() };
      return { nodes: store.nodes(), redirects: store.redirects(), ...counters };
    },
    load(dump) {
      const { nodes, redirects, lastNumbers, ids, random: position } = dump as StoreDump;
      vendor.refill((store) => {
        for (const node of nodes) store.put(node);
        for (const [from, id] of redirects) store.redirect(from, id);
        for (const [id, last] of lastNumbers) while (store.lastNumber(id) < last) store.nextNumber(id);
        store.ids.moveTo(ids);
        store.startHistory();
      });
      random.moveTo(position);
    },
  };
}
