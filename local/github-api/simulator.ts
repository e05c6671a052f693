import type { Simulator, SimulatorOptions } from "../simulator/contract.ts";
import { keepVendor } from "../simulator/data-file.ts";
import { createSimulatorServer } from "../simulator/simulator-server.ts";
import type { SimulatorKit } from "../simulator/vendor.ts";
import { DEFAULT_KNOBS, type GithubKnobs } from "./knobs.ts";
import type { GithubSeed } from "./seed.ts";
import { keepStore } from "./snapshot.ts";
import type { Store } from "./store.ts";
import { type GithubVendor, createGithubVendor } from "./vendor.ts";

/** How a GitHub simulator is made; any knob can be given beside the common options. */
export interface GithubSimulatorOptions extends SimulatorOptions, Partial<GithubKnobs> {
  readonly seedData?: GithubSeed;
  /** File that keeps the state from one start to the next; default: none. */
  readonly dataFile?: string;
}

/** A simulated GitHub: GraphQL at `POST /graphql`, a few REST routes, webhooks, control at `/__sim/…`. */
export interface GithubSimulator extends Simulator {
  /** The state, for tests that look behind the API. */
  readonly store: Store;
  /** Changes knobs until they are changed again; a reset leaves them. */
  setKnobs(knobs: Partial<GithubKnobs>): void;
}

/** Creates a simulated GitHub that is not listening yet; `fetch` works at once. */
export function createGithubSimulator(options: GithubSimulatorOptions): GithubSimulator {
  const given = Object.fromEntries(
    Object.keys(DEFAULT_KNOBS).flatMap((name) => (name in options ? [[name, options[name as keyof GithubKnobs]]] : [])),
  );
  const knobs: GithubKnobs = { ...DEFAULT_KNOBS, ...given };
  let vendor: GithubVendor | undefined;
  let flush = (): void => undefined;
  const simulator = createSimulatorServer({
    ...options,
    createVendor: (kit: SimulatorKit) => {
      vendor = createGithubVendor(kit, knobs, options.seedData ?? {}, options.seed ?? 1);
      if (options.dataFile === undefined) return vendor;
      const file = { path: options.dataFile, simulator: "GitHub", clock: options.clock };
      const kept = keepVendor(vendor, keepStore(vendor, kit.random), file);
      flush = () => kept.flush();
      return kept.vendor;
    },
  });
  return {
    ...simulator,
    async close() {
      await simulator.close();
      flush();
    },
    get store() {
      if (!vendor) throw new Error("Unreachable: the vendor is made at the start.");
      return vendor.store;
    },
    setKnobs: (changes) => void Object.assign(knobs, changes),
  };
}
