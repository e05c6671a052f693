import { describe, expect, test } from "vitest";
import { createEcho } from "../../local/start/echo.ts";

describe("createEcho", () => {
  test("shows warnings and errors of the host's log, each once, and without their stacks", () => {
    const shown: string[] = [];
    const echo = createEcho((line) => shown.push(line));

    for (const line of [
      "10:00:00.000 poll: all is well",
      "10:00:01.000 poll: ERROR it failed",
      "because of this",
      "    at poll (poll.ts:1:1)",
      "10:00:02.000 Host: all is well",
      "and more of that",
      "10:01:01.000 poll: ERROR it failed",
      "because of this",
      "10:01:02.000 Durable: WARNING it was late",
    ])
      echo.out(line);
    echo.err("Error: no memory");
    echo.err("");

    expect(shown).toEqual([
      "10:00:01.000 poll: ERROR it failed",
      "because of this",
      "10:01:02.000 Durable: WARNING it was late",
      "Error: no memory",
    ]);
  });
});
