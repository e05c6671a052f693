import { expect, test } from "vitest";
import { mapParallel } from "../../storage/parallel.ts";

test("work on many items is done 8 at a time, with the results in order", async () => {
  const waiting: (() => void)[] = [];
  const done = mapParallel(
    Array.from({ length: 20 }, (_, n) => n),
    (n) => new Promise<number>((fulfil) => waiting.push(() => fulfil(n * 2))),
  );

  const most: number[] = [];
  while (waiting.length > 0) {
    most.push(waiting.length);
    for (const finish of waiting.splice(0).reverse()) finish();
    await new Promise((turn) => setImmediate(turn));
  }

  expect(most).toEqual([8, 8, 4]);
  expect(await done).toEqual(Array.from({ length: 20 }, (_, n) => n * 2));
  expect(await mapParallel([], () => Promise.resolve(1))).toEqual([]);
});

test("nothing is begun after an error", async () => {
  const begun: number[] = [];
  const work = (n: number) => {
    begun.push(n);
    return n === 3 ? Promise.reject(new Error("refused")) : Promise.resolve();
  };

  await expect(
    mapParallel(
      Array.from({ length: 100 }, (_, n) => n),
      work,
    ),
  ).rejects.toThrow("refused");

  await new Promise((turn) => setImmediate(turn));
  expect(begun.length).toBeLessThan(20);
});
