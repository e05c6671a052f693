import { describe, expect, test } from "vitest";
import { SETTING_NAMES, parseSettings } from "../../config/settings.ts";
import { toAppSettings, withoutAppSettings } from "../../local/start/app-settings.ts";
import { PRODUCT_TOKEN } from "../../local/github-api/seed.ts";
import { DEMO_TOKEN } from "../../local/notion-api/seed.ts";
import { parsePorts } from "../../local/start/ports.ts";

const SECRETS = { notionWebhook: "secret_n", githubWebhook: "g", markerKey: "k".repeat(64) };
const ports = parsePorts({ AZURITE_TABLE_PORT: "12345", NOTION_SIM_PORT: "23456" });
const OTHERS = Object.fromEntries(SETTING_NAMES.map((name) => [name, "of somebody else"]));
const { SYNC_CONFIG: _, POLL_SCHEDULE: __, RECONCILE_SCHEDULE: ___, ...CLOSED } = OTHERS;

describe("toAppSettings", () => {
  test("gives every setting that the app reads, none of them from the environment but the mapping file and the schedules", () => {
    const settings = toAppSettings(OTHERS, ports, SECRETS);

    expect(SETTING_NAMES.filter((name) => settings[name] === undefined)).toEqual([]);
    const taken = Object.keys(settings).filter((name) => settings[name] === "of somebody else");
    expect(taken.sort()).toEqual(["POLL_SCHEDULE", "RECONCILE_SCHEDULE", "SYNC_CONFIG"]);
  });

  test("gives settings that the app accepts, with the simulators' own tokens and the ports of this start", () => {
    const settings = toAppSettings(CLOSED, ports, SECRETS);
    const parsed = parseSettings(settings);

    expect(parsed).not.toHaveProperty("problems");
    expect(settings).toMatchObject({
      NOTION_TOKEN: DEMO_TOKEN,
      GITHUB_TOKEN: PRODUCT_TOKEN,
      NOTION_BASE_URL: "http://127.0.0.1:23456",
    });
    expect(settings["AzureWebJobsStorage"]).toContain("TableEndpoint=http://127.0.0.1:12345/devstoreaccount1;");
  });
});

describe("withoutAppSettings", () => {
  test("leaves out what is a setting of the app, and keeps this machine's addresses from a proxy", () => {
    const settings = toAppSettings({}, ports, SECRETS);
    const environment = withoutAppSettings({ ...OTHERS, PATH: "/bin", NO_PROXY: "intranet" }, settings);

    expect(environment).toEqual({
      PATH: "/bin",
      NO_PROXY: "intranet,127.0.0.1,localhost",
      no_proxy: "intranet,127.0.0.1,localhost",
    });
  });
});
