import { describe, expect, test } from "vitest";
import { createSightings } from "../../storage/sightings.ts";
import { createSources } from "../../storage/sources.ts";
import { aPageId, at, tableKinds } from "./stores.ts";

const SOURCE = "1f0de70a-0000-4000-8000-0000000050c5";

describe.each(tableKinds())("sightings $where", ({ open }) => {
  test("tell which pages a read showed since a time", async () => {
    const sightings = createSightings(await open());
    const pages = Array.from({ length: 130 }, (_, n) => aPageId(n));
    await sightings.note(SOURCE, pages, at(1));
    await sightings.note(SOURCE, [aPageId(7), aPageId(9), aPageId(7)], at(5));

    expect(await sightings.find(SOURCE, [aPageId(9), aPageId(8), aPageId(7)], at(2))).toEqual(new Set([aPageId(7), aPageId(9)]));
    expect(await sightings.find(SOURCE, [aPageId(8)], at(1))).toEqual(new Set([aPageId(8)]));
    expect(await sightings.find(SOURCE, [aPageId(999)], at(1))).toEqual(new Set());
    expect(await sightings.find(SOURCE, [], at(1))).toEqual(new Set());
    expect(await sightings.find("another", [aPageId(7)], at(1))).toEqual(new Set());
  });

  test("that are old are removed, a bounded number at a time", async () => {
    const sightings = createSightings(await open());
    await sightings.note(SOURCE, [aPageId(1), aPageId(2), aPageId(3)], at(1));
    await sightings.note(SOURCE, [aPageId(3)], at(5));

    expect(await sightings.purgeBefore(SOURCE, at(2), 1)).toBe(1);
    expect(await sightings.purgeBefore(SOURCE, at(2), 10)).toBe(1);
    expect(await sightings.purgeBefore(SOURCE, at(2), 10)).toBe(0);

    expect(await sightings.find(SOURCE, [aPageId(1), aPageId(2), aPageId(3)], at(0))).toEqual(new Set([aPageId(3)]));
  });

  test("begin with a read of everything, which takes the place of another", async () => {
    const sources = createSources(await open());
    const key = `notion:${SOURCE}`;
    await sources.save({ key, watermark: at(1), readAt: at(1), complete: true, botId: "bot" });

    await sources.wantWhole(key, at(2));
    await Promise.all([sources.wantWhole(key, at(3)), sources.wantWhole(key, at(3))]);
    await sources.wantWhole("notion:new", at(4));

    const scan = { since: null, cursor: null, greatestAt: null, isWhole: true };
    expect((await sources.find(key))?.value).toMatchObject({
      watermark: at(1),
      botId: "bot",
      scan: { ...scan, startedAt: at(3) },
    });
    expect((await sources.find("notion:new"))?.value).toMatchObject({ watermark: null, scan: { ...scan, startedAt: at(4) } });
  });
});
