import { createServer, type Server } from "node:net";
import { StartError } from "./start-error.ts";

const HOST = "127.0.0.1";
const MAX_PORT = 65_535;

/** Setting of a port → its default and what listens there. */
const PORTS = {
  APP_PORT: [7071, "the app"],
  NOTION_SIM_PORT: [7081, "the Notion simulator"],
  GITHUB_SIM_PORT: [7082, "the GitHub simulator"],
  AZURITE_BLOB_PORT: [10_000, "Azurite's blob service"],
  AZURITE_QUEUE_PORT: [10_001, "Azurite's queue service"],
  AZURITE_TABLE_PORT: [10_002, "Azurite's table service"],
} as const;

/** A setting that overrides a port. */
export type PortSetting = keyof typeof PORTS;

/** All ports, by the setting that overrides each. */
export type Ports = Readonly<Record<PortSetting, number>>;

/** The settings of all ports. */
export const PORT_SETTINGS = Object.keys(PORTS) as PortSetting[];

const toPorts = (portOf: (setting: PortSetting) => number): Ports =>
  Object.fromEntries(PORT_SETTINGS.map((setting) => [setting, portOf(setting)])) as Record<PortSetting, number>;

/**
 * Reads the ports from the environment; 0 stands for any that is free.
 *
 * @throws StartError that names each setting which is no port, and each port that is given twice.
 */
export function parsePorts(environment: Readonly<Record<string, string | undefined>>): Ports {
  const faults: string[] = [];
  const ports = toPorts((setting) => {
    const text = environment[setting]?.trim() ?? "";
    if (text === "") return PORTS[setting][0];
    if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
    faults.push(`Expected ${setting} to be a port from 0 (any that is free) to ${MAX_PORT}, found "${text}".`);
    return 0;
  });
  for (const [index, setting] of PORT_SETTINGS.entries()) {
    const other = PORT_SETTINGS.slice(0, index).find((earlier) => ports[earlier] === ports[setting]);
    if (other && ports[setting] > 0)
      faults.push(`${other} and ${setting} are both ${ports[setting]}: ${PORTS[setting][1]} needs a port of its own.`);
  }
  if (faults.length > 0) throw new StartError(faults.join("\n"));
  return ports;
}

/**
 * Looks whether the ports are free, and finds one for each that may be any.
 *
 * @throws StartError that names each taken port, what wanted it and the setting that changes it.
 */
export async function claimPorts(wanted: Ports): Promise<Ports> {
  const faults: string[] = [];
  const servers = new Map<PortSetting, Server>();
  // All are held at once, so that they differ, and given back just before they are used.
  for (const setting of PORT_SETTINGS) {
    const server = createServer();
    const code = await tryListen(server, wanted[setting]);
    if (code === undefined) servers.set(setting, server);
    else faults.push(toFault(setting, wanted[setting], code));
  }
  const ports = toPorts((setting) => {
    const address = servers.get(setting)?.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  if (faults.length > 0) throw new StartError(faults.join("\n"));
  return ports;
}

const toFault = (setting: PortSetting, port: number, code: string): string => {
  const state = code === "EADDRINUSE" ? "is taken" : `cannot be used (${code})`;
  return `Port ${port} ${state}, and ${PORTS[setting][1]} wants it: end what listens there, or set ${setting} to another port (0 takes any that is free).`;
};

const tryListen = (server: Server, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, HOST, () => resolve(undefined));
  });
