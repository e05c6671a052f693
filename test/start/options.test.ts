import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseStartOptions } from "../../local/start/options.ts";
import { StartError } from "../../local/start/start-error.ts";

const parse = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  parseStartOptions(args, environment, "/project");

describe("parseStartOptions", () => {
  test("keeps its state in .local and takes the usual ports when nothing is said", () => {
    expect(parse([])).toEqual({
      fresh: false,
      coreTools: false,
      stateFolder: join("/project", ".local"),
      ports: {
        APP_PORT: 7071,
        NOTION_SIM_PORT: 7081,
        GITHUB_SIM_PORT: 7082,
        AZURITE_BLOB_PORT: 10_000,
        AZURITE_QUEUE_PORT: 10_001,
        AZURITE_TABLE_PORT: 10_002,
      },
    });
  });

  test("takes the state folder from the option before the setting", () => {
    expect(parse(["--state", "/a"], { LOCAL_STATE: "/b" })).toMatchObject({ stateFolder: "/a" });
    expect(parse([], { LOCAL_STATE: "/b" })).toMatchObject({ stateFolder: "/b" });
  });

  test.each([
    { args: ["--live"], says: "is not in this version" },
    { args: ["--frehs"], says: "'--frehs'" },
    { args: ["now"], says: "'now'" },
  ])("refuses $args in one clear sentence", ({ args, says }) => {
    expect(() => parse(args)).toThrow(StartError);
    expect(() => parse(args)).toThrow(says);
  });

  test("explains itself when asked", () => {
    expect(parse(["--help"])).toHaveProperty("help", expect.stringContaining("--fresh"));
  });
});
