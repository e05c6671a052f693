import { expect, test } from "vitest";
import { createHandshakes, type Handshake } from "../../storage/handshakes.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import { at } from "./stores.ts";

test("no handshake is awaited at first; what arrives at the same time is all kept, and taken once", async () => {
  const handshakes = createHandshakes(createMemoryTable());
  expect(await handshakes.find()).toEqual({ openUntil: null, tokens: [] });
  await handshakes.update((handshake) => ({ ...handshake, openUntil: at(60) }));
  const add = (sealed: string) => (handshake: Handshake) => ({
    ...handshake,
    tokens: [{ sealed, at: at(1) }, ...handshake.tokens],
  });

  await Promise.all(["a", "b", "c"].map((sealed) => handshakes.update(add(sealed))));

  const taken = await handshakes.update((handshake) => ({ ...handshake, tokens: [] }));
  expect(taken.openUntil).toBe(at(60));
  expect(taken.tokens.map(({ sealed }) => sealed).sort()).toEqual(["a", "b", "c"]);
  expect((await handshakes.find()).tokens).toEqual([]);
});
