import { describe, expect, onTestFinished, test } from "vitest";
import { createWorld, REPOSITORY, type World, type WorldOptions } from "./world.ts";

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const read = (world: World) => world.github.readRepository(REPOSITORY);

describe("a limit", () => {
  test.each(["RATE_LIMITED", "RATE_LIMIT"] as const)("of the hour (%s) is respected until it is over", async (rateLimitType) => {
    const world = aWorld({ knobs: { pointsPerHour: 2, rateLimitType } });

    await world.run(read(world));
    await world.run(read(world));
    expect(world.pacer.blockedUntil).toEqual([3_600]);
    await world.clock.advance(60_000);
    const error = await world.fail(read(world));

    expect(error).toMatchObject({ code: "rate_limited", end: "limited", retryAfterMs: 3_540_000 });
    expect(new Set(world.pacer.blockedUntil)).toEqual(new Set([3_600]));
  });

  test("of the minute is respected as long as GitHub says", async () => {
    const world = aWorld({ knobs: { secondaryPointsPerMinute: 1 } });

    await world.run(read(world));
    const error = await world.fail(read(world));

    expect(error).toMatchObject({ code: "rate_limited", end: "limited", status: 403, retryAfterMs: 60_000 });
    expect(world.pacer.blockedUntil).toEqual([60]);
  });

  test("without a time is respected for a minute", async () => {
    const world = aWorld({ knobs: { secondaryPointsPerMinute: 1, retryAfterHeader: false } });

    await world.run(read(world));

    expect(await world.fail(read(world))).toMatchObject({ end: "limited", retryAfterMs: 60_000 });
  });

  test("in an answer of status 200 is respected", async () => {
    const world = aWorld();
    const body = { errors: [{ message: "You have exceeded a secondary rate limit. Please wait a few minutes." }] };
    world.simulator.setFaults([
      { match: "query Repository", kind: "status", status: 200, body, headers: { "retry-after": "5" } },
    ]);

    expect(await world.fail(read(world))).toMatchObject({ code: "rate_limited", end: "limited", retryAfterMs: 5_000 });
    expect(world.pacer.blockedUntil).toEqual([5]);
  });

  test("that the pacer cannot store does not hide what GitHub answered", async () => {
    const world = aWorld();
    world.pacer.block = () => Promise.reject(new Error("storage is down"));
    world.simulator.setFaults([{ match: "query Repository", kind: "status", status: 429 }]);

    expect(await world.fail(read(world))).toMatchObject({ code: "rate_limited" });
  });

  test("is not seen in an answer that is none", async () => {
    const world = aWorld();

    await world.run(read(world));

    expect(world.pacer.blockedUntil).toEqual([]);
  });
});

describe("the address", () => {
  test.each([
    ["https://api.github.com", "https://api.github.com/graphql"],
    ["https://api.github.com/", "https://api.github.com/graphql"],
    ["https://github.example.com/api/v3", "https://github.example.com/api/graphql"],
    ["https://github.example.com/api/v3/", "https://github.example.com/api/graphql"],
    ["https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"],
    ["http://127.0.0.1:7082", "http://127.0.0.1:7082/graphql"],
  ])("of %s is %s", async (apiUrl, url) => {
    const world = aWorld({ apiUrl });

    await world.run(read(world));

    expect(world.sent.map((request) => request.url)).toEqual([url]);
  });
});

test("ids are asked for in their present form", async () => {
  const world = aWorld();

  await world.run(read(world));

  expect(world.sent[0]?.headers.get("x-github-next-global-id")).toBe("1");
});

test("nothing can be read while GitHub is down, and that is no fault of the request", async () => {
  const world = aWorld();
  world.simulator.setFaults([{ match: "query Repository", kind: "status", status: 503, body: "<html>Unicorn!</html>" }]);

  expect(await world.fail(read(world))).toMatchObject({ code: "unavailable", end: "unknown", status: 503 });
});

test("a read is given up after 15 seconds", async () => {
  const world = aWorld();
  world.simulator.setFaults([{ match: "query Repository", kind: "hang" }]);

  expect(await world.fail(read(world))).toMatchObject({ code: "timeout" });
  expect(world.seconds()).toBe(15);
});
