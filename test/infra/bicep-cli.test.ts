import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findBicep } from "./bicep-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "notion-sync-no-bicep-"));
const empty = join(folder, "empty");
mkdirSync(empty);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with a program called bicep in it. */
function folderWith(name: string, put: (path: string) => void): string {
  const bin = join(folder, name, "bin");
  mkdirSync(bin, { recursive: true });
  put(join(bin, "bicep"));
  return bin;
}

describe("the Bicep CLI", () => {
  test("is taken from where az bicep install puts it", async () => {
    const program = await findBicep();
    const bin = folderWith("azure", (path) => symlinkSync(program, path));
    const found = await findBicep({ env: { PATH: empty, AZURE_CONFIG_DIR: join(bin, "..") }, cache: empty });

    expect(found).toBe(join(bin, "bicep"));
  });

  test("is not taken when it is too old; a machine without one and without .NET is told what to do", async () => {
    const bin = folderWith("old", (path) => {
      writeFileSync(path, "#!/bin/sh\necho Bicep CLI version 0.30.23\n");
      chmodSync(path, 0o755);
    });
    const found = findBicep({ env: { PATH: bin, AZURE_CONFIG_DIR: empty }, cache: empty });

    await expect(found).rejects.toThrow(/az bicep install.*--project '!infra'/s);
  });
});
