import { ServiceError } from "../sync/error.ts";

/** Whether GitHub says that a query took too much. */
export const isTooMuch = (error: unknown): boolean => error instanceof ServiceError && error.code === "resource_limits";

/**
 * Reads many ids, each once, at most `size` a request; a request that takes GitHub too much is sent again in halves.
 *
 * @param read Asks for some ids and keeps what it was told.
 */
export async function readInChunks(
  ids: readonly string[],
  size: number,
  read: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const unique = [...new Set(ids)];
  for (let start = 0; start < unique.length; start += size) await readChunk(unique.slice(start, start + size), read);
}

async function readChunk(ids: readonly string[], read: (ids: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await read(ids);
  } catch (error) {
    if (!isTooMuch(error) || ids.length < 2) throw error;
    const middle = Math.ceil(ids.length / 2);
    await readChunk(ids.slice(0, middle), read);
    await readChunk(ids.slice(middle), read);
  }
}
