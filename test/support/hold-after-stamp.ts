import type { World } from "./world.ts";

/** Lets the first write wait that comes after a link was stamped: the one that reserves the time of the request to GitHub. */
export function holdAfterStamp(world: World): { readonly open: () => void; readonly isHeld: () => boolean } {
  const { memory } = world;
  if (!memory) throw new Error("The table is not in memory.");
  const seen = { isStamped: false, isHeld: false };
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  memory.hooks = {
    async before({ isWrite, rowKeys }) {
      if (!isWrite || seen.isHeld) return;
      if (rowKeys.some((key) => key.startsWith("page:"))) seen.isStamped = true;
      else if (seen.isStamped && rowKeys.includes("budget")) {
        seen.isHeld = true;
        await world.idleWait(opened);
      }
    },
  };
  return { open, isHeld: () => seen.isHeld };
}
