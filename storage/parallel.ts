/** Requests to storage that one caller has under way at a time. */
export const PARALLEL_REQUESTS = 8;

/** Runs `work` over the items, at most `PARALLEL_REQUESTS` at a time; results in the order of the items. Nothing is begun after an error. */
export async function mapParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const entries = items.entries();
  async function runLane(): Promise<void> {
    try {
      for (const [index, item] of entries) results.set(index, await work(item));
    } catch (error) {
      for (const _ of entries); // what is left is taken from all lanes
      throw error;
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL_REQUESTS, items.length) }, runLane));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
