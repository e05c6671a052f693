import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { PORT_SETTINGS, claimPorts, parsePorts, type Ports } from "../../local/start/ports.ts";

const anyPorts = (): Ports => parsePorts(Object.fromEntries(PORT_SETTINGS.map((setting) => [setting, "0"])));
const taken: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of taken.splice(0)) server.close();
});

async function takePort(): Promise<number> {
  const server = createServer();
  taken.push(server);
  await new Promise<void>((fulfil) => server.listen(0, "127.0.0.1", fulfil));
  return (server.address() as AddressInfo).port;
}

describe("parsePorts", () => {
  test("names every setting that is no port", () => {
    expect(() => parsePorts({ APP_PORT: "seven", NOTION_SIM_PORT: "70000" })).toThrow(
      'Expected APP_PORT to be a port from 0 (any that is free) to 65535, found "seven".\nExpected NOTION_SIM_PORT',
    );
  });

  test("refuses one port for two programs", () => {
    expect(() => parsePorts({ GITHUB_SIM_PORT: "7081" })).toThrow(
      "NOTION_SIM_PORT and GITHUB_SIM_PORT are both 7081: the GitHub simulator needs a port of its own.",
    );
  });
});

describe("claimPorts", () => {
  test("finds a different free port for each that may be any", async () => {
    const ports = Object.values(await claimPorts(anyPorts()));

    expect(new Set(ports).size).toBe(PORT_SETTINGS.length);
    expect(Math.min(...ports)).toBeGreaterThan(0);
  });

  test("names each taken port, what wanted it and the setting that changes it", async () => {
    const [first, second] = [await takePort(), await takePort()];

    await expect(claimPorts({ ...anyPorts(), NOTION_SIM_PORT: first, AZURITE_TABLE_PORT: second })).rejects.toThrow(
      `Port ${first} is taken, and the Notion simulator wants it: end what listens there, or set NOTION_SIM_PORT to another port (0 takes any that is free).\n` +
        `Port ${second} is taken, and Azurite's table service wants it: end what listens there, or set AZURITE_TABLE_PORT`,
    );
  });
});
