import type { World } from "./world.ts";

/** Fires the poll once, in a world whose ticks fire only when told to, and waits until all is quiet. */
export async function tickOnce(world: World): Promise<void> {
  let done = false;
  void world
    .host()
    .fireTimer("poll")
    .then(() => (done = true));
  await world.until(() => done);
  await world.settled();
}
