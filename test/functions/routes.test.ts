import { beforeAll, describe, expect, test } from "vitest";
import { loadBuilt, toRoutes } from "../support/registered.ts";
import type { HttpRoute } from "../support/registered.ts";

/** Who may call without a key: monitors, the two services, whose deliveries are signed, and a page that asks for the key itself. */
const OPEN: Readonly<Record<string, string>> = {
  health: "GET",
  dashboard: "GET",
  "webhooks/notion": "POST",
  "webhooks/github": "POST",
};

let routes: readonly HttpRoute[];
let types: ReadonlySet<string>;
beforeAll(async () => {
  const { functions } = await loadBuilt();
  routes = toRoutes(functions);
  types = new Set(functions.map(({ trigger }) => trigger.type));
});

describe("the routes that the built app registers", () => {
  test("need a function key, but for health, the two webhooks and the dashboard", () => {
    expect(routes.length).toBeGreaterThan(10);
    for (const { route, methods, authLevel } of routes) {
      expect(`${route} ${authLevel}`).toBe(`${route} ${route in OPEN ? "anonymous" : "function"}`);
      if (route in OPEN) expect(methods, route).toEqual([OPEN[route]]);
    }
    expect(routes.map(({ route }) => route)).toEqual(expect.arrayContaining(["health", "webhooks/notion", "webhooks/github"]));
  });

  test("take one method each, and nothing else comes in from outside", () => {
    for (const { route, methods } of routes) expect(methods, route).toHaveLength(1);
    expect([...types].toSorted()).toEqual(["activitytrigger", "httptrigger", "orchestrationtrigger", "timertrigger"]);
  });
});
