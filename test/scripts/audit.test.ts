import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseAuditReport, toFixed } from "../../scripts/audit-report.ts";

const root = resolve(import.meta.dirname, "../..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
};
const versionsOf = (name: string) => [packages[`node_modules/${name}`]?.version];
const BULK = "/-/npm/v1/security/advisories/bulk";

/** An advisory as the registry answers it. @see npm's own `metavuln-calculator`, which reads it */
interface Advisory {
  readonly severity: string;
  readonly range: string;
}

/** What the registry was asked about: names with versions. */
type Asked = Readonly<Record<string, readonly string[]>>;

/** The endpoint by which npm asks a registry for advisories; of packages themselves it knows nothing. */
async function startRegistry() {
  const state = { advisories: {} as Readonly<Record<string, Advisory>>, refusal: 0, asked: [] as Asked[] };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.method !== "POST" || request.url !== BULK) return response.writeHead(404).end("{}");
      if (state.refusal > 0) return response.writeHead(state.refusal, { allow: "GET,HEAD" }).end();
      const sent = Buffer.concat(parts);
      const asked = JSON.parse(String(request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent)) as Asked;
      state.asked.push(asked);
      const found = Object.entries(state.advisories).filter(([name]) => name in asked);
      const answer = found.map(([name, { severity, range }], place) => [
        name,
        [
          {
            id: 1_000 + place,
            url: `https://github.com/advisories/GHSA-${name.replaceAll(/\W/g, "")}`,
            title: "Something is weak",
            severity,
            vulnerable_versions: range,
            cwe: ["CWE-1"],
            cvss: { score: 5, vectorString: null },
          },
        ],
      ]);
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(Object.fromEntries(answer)));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { state, url: `http://127.0.0.1:${port}/`, close: () => new Promise<void>((done) => void server.close(() => done())) };
}

let registry: Awaited<ReturnType<typeof startRegistry>>;
let cache: string;
beforeAll(async () => {
  registry = await startRegistry();
  cache = mkdtempSync(join(tmpdir(), "notion-sync-audit-"));
});
beforeEach(() => Object.assign(registry.state, { advisories: {}, refusal: 0, asked: [] }));
afterAll(async () => {
  await registry.close();
  rmSync(cache, { recursive: true, force: true });
});

/** Runs the command with the npm of this machine; nothing but the stand-in is asked. */
async function audit(environment: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const env = {
    ...process.env,
    npm_config_registry: registry.url,
    npm_config_cache: cache,
    npm_config_update_notifier: "false",
    ...environment,
  };
  return promisify(execFile)(process.execPath, ["scripts/run.js", "audit", ...args], { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
      return { code, text: stdout + stderr };
    },
  );
}

describe("npm run audit", () => {
  test("asks for every locked package, and ends well when none has a known weakness", async () => {
    const { code, text } = await audit();

    expect(text).toContain("No weakness that counts is known");
    expect(code).toBe(0);
    const [bundled = {}, all = {}] = registry.state.asked;
    expect(bundled).toMatchObject({ zod: versionsOf("zod"), "@azure/identity": versionsOf("@azure/identity") });
    expect(bundled).not.toHaveProperty("vitest");
    expect(all).toMatchObject({ zod: versionsOf("zod"), vitest: versionsOf("vitest") });
  });

  test("fails by a weakness of a bundled package that is moderate, and names package, advisory and remedy", async () => {
    registry.state.advisories = { zod: { severity: "moderate", range: ">=4.0.0 <4.99.1" } };
    const { code, text } = await audit();

    expect(code).toBe(1);
    expect(text).toMatch(/zod +│ bundle +│ moderate +│ https:\/\/github\.com\/advisories\/GHSA-zod +│ 4\.99\.1 /);
    expect(text).toContain("1 of 1 known weaknesses count");
  });

  test("finds it in a package on which only other packages depend, and names that one alone", async () => {
    registry.state.advisories = { "@azure/core-rest-pipeline": { severity: "critical", range: "<99.0.0" } };
    const { code, text } = await audit();

    expect(code).toBe(1);
    expect(text).toContain("1 of 1 known weaknesses count");
    expect(text).toContain("@azure/core-rest-pipeline");
  });

  test("lists what is moderate and only builds and tests, and ends well", async () => {
    registry.state.advisories = { vitest: { severity: "moderate", range: "<99.1.2" } };
    const { code, text } = await audit();

    expect(text).toMatch(/vitest +│ development +│ moderate +│ \S+ +│ 99\.1\.2 /);
    expect(text).toContain("1 below that");
    expect(code).toBe(0);
  });

  test("fails by what is high and only builds and tests", async () => {
    registry.state.advisories = { vitest: { severity: "high", range: "<=98.0.0" }, zod: { severity: "low", range: "*" } };
    const { code, text } = await audit();

    expect(code).toBe(1);
    expect(text).toContain("over 98.0.0");
    expect(text).toContain("none yet");
    expect(text).toContain("1 of 2 known weaknesses count");
  });

  test.each([
    { what: "omits development packages", environment: { npm_config_omit: "dev", NODE_ENV: "production" } },
    { what: "is told to stay offline, or not to audit", environment: { npm_config_offline: "true", npm_config_audit: "false" } },
  ])("asks for all the same on a machine whose npm $what", async ({ environment }) => {
    registry.state.advisories = { vitest: { severity: "high", range: "<99.0.0" } };

    expect((await audit(environment)).code).toBe(1);
  });

  test.each([405, 404, 401])("says that nobody knows when the registry answers %i, and ends with 2", async (status) => {
    registry.state.refusal = status;
    const { code, text } = await audit();

    expect(code).toBe(2);
    expect(text).toContain("nobody knows whether the packages have known weaknesses");
    expect(text).toContain(String(status));
    expect(text).not.toContain("No weakness that counts is known");
  });

  test("says the same of a registry that cannot be reached", async () => {
    const { code, text } = await audit({ npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retry_mintimeout: "10" });

    expect(code).toBe(2);
    expect(text).toContain("ECONNREFUSED");
  });

  test("refuses an option: there is none", async () => {
    expect(await audit({}, "--fix")).toMatchObject({ code: 2, text: expect.stringContaining("--fix") as unknown });
  });
});

describe("parseAuditReport", () => {
  test("takes a severity that it does not know for the worst", () => {
    const report = {
      auditReportVersion: 2,
      vulnerabilities: { a: { via: [{ name: "a", severity: "dire", url: "u", range: "*" }, "b"] } },
    };

    expect(parseAuditReport(JSON.stringify(report))).toEqual({
      weaknesses: [{ name: "a", severity: "critical", url: "u", range: "*" }],
    });
  });

  test.each(["", "<html>", "[]", "null", '{"auditReportVersion":3}'])("takes %j for no answer", (text) => {
    expect(parseAuditReport(text)).toEqual({ refusal: "" });
  });
});

describe("toFixed", () => {
  test.each([
    ["<4.17.21", "4.17.21"],
    [">=1.0.0 <1.2.3 || >=2.0.0 <2.0.4", "1.2.3, 2.0.4"],
    ["<=2.0.3", "over 2.0.3"],
    ["*", "none yet"],
    [">=3.0.0", "none yet"],
  ])("of %s is %s", (range, fixed) => {
    expect(toFixed(range)).toBe(fixed);
  });
});
