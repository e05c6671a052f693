import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ActivityDeps } from "./deps.ts";

const ROWS_AT_ONCE = 100; // a batch of the table service
const STEPS = 10; // in one call; then the run goes on in another, so that no activity takes long

/**
 * Takes over what is stored under the former name of a mapping, in steps that may be killed and done again.
 *
 * @returns Whether there is more: nothing else may be done for the mapping before.
 */
export async function takeOverRows(deps: ActivityDeps, { name, previousName }: Mapping): Promise<boolean> {
  if (previousName === null) return false;
  const { renames, mappings } = deps.storage;
  for (let step = 0; step < STEPS; step += 1) {
    const moved = await renames.moveRows(previousName, name, ROWS_AT_ONCE);
    const nowIso = isoNow(deps.clock);
    if (moved > 0) {
      await mappings.update(name, (state) => ({
        ...state,
        heartbeatAt: nowIso,
        lastProgressAt: nowIso,
        runStartedAt: state.runStartedAt ?? nowIso,
      }));
      continue;
    }
    await mappings.update(name, (state) => (state.movedFrom === previousName ? state : { ...state, movedFrom: previousName }));
    return false;
  }
  deps.log("info", "rows of the former name are moved", { mapping: name });
  return true;
}
