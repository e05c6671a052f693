// Starts Azurite in processes of its own, in memory, on ports that are free.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Key and certificate, PEM, of an Azurite that speaks https as `localhost` and asks for tokens of Entra, as Azure does without keys. */
export interface AzuriteTls {
  readonly key: string;
  readonly cert: string;
}

/** A running Azurite. */
export interface Azurite {
  /** For tables, queues and blobs. */
  readonly connectionString: string;
  close(): Promise<void>;
}

const SERVICES = ["blob", "queue", "table"] as const;
const ACCOUNT = "devstoreaccount1";
const START_LIMIT_MS = 30_000;
// Azurite's published development key, the same on every machine; see its README.
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const root = resolve(dirname(import.meta.filename), "../..");

/**
 * Starts the services, all three or only those named; what it holds ends with it.
 *
 * @throws Error when a service ends or does not say within 30 s that it listens.
 */
export async function startAzurite(
  services: readonly (typeof SERVICES)[number][] = SERVICES,
  tls?: AzuriteTls,
): Promise<Azurite> {
  const ports = await findFreePorts(services.length);
  const files = tls && writeTls(tls);
  const started = services.map((service, index) => startService(service, ports[index] ?? 0, files?.flags ?? []));
  const close = async () => {
    await Promise.all(started.map(({ child }) => endProcess(child)));
    files?.remove();
  };
  try {
    await Promise.all(started.map(({ ready }) => ready));
  } catch (error) {
    await close();
    throw error;
  }
  const endpoints = services.map((service, index) => {
    const name = `${service.charAt(0).toUpperCase()}${service.slice(1)}Endpoint`;
    return `${name}=${tls ? "https://localhost" : "http://127.0.0.1"}:${ports[index]}/${ACCOUNT};`;
  });
  const connectionString = `DefaultEndpointsProtocol=${tls ? "https" : "http"};AccountName=${ACCOUNT};AccountKey=${KEY};${endpoints.join("")}`;
  return { connectionString, close };
}

function writeTls({ key, cert }: AzuriteTls): { readonly flags: readonly string[]; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "notion-sync-azurite-"));
  const paths = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
  writeFileSync(paths.key, key, { mode: 0o600 });
  writeFileSync(paths.cert, cert);
  return {
    flags: ["--oauth", "basic", "--key", paths.key, "--cert", paths.cert],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function startService(
  service: string,
  port: number,
  more: readonly string[],
): { readonly child: ChildProcess; readonly ready: Promise<void> } {
  const entry = join(root, "node_modules/azurite/dist/src", service, "main.js");
  const flags = ["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent", ...more];
  const child = spawn(process.execPath, [entry, `--${service}Host`, "127.0.0.1", `--${service}Port`, String(port), ...flags], {
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // However the tests end, no Azurite stays behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  return { child, ready: waitUntilListening(service, child) };
}

function waitUntilListening(service: string, child: ChildProcess): Promise<void> {
  return new Promise((fulfil, reject) => {
    let output = "";
    const fail = (what: string) => reject(new Error(`Azurite's ${service} service ${what}:\n${output}`));
    const timer = setTimeout(() => fail("did not start within 30 s"), START_LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes("successfully")) return;
      clearTimeout(timer);
      fulfil();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(`could not be started: ${error.message}`);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((fulfil) => {
    child.once("exit", () => fulfil());
    child.kill("SIGKILL");
  });
}

/** Ports that nobody listens on: all are held at once, so that they differ, and given back just before they are used. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((fulfil, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            fulfil(typeof address === "object" && address ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((fulfil) => server.close(fulfil))));
  return ports;
}
