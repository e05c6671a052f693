import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findBicep } from "./bicep-cli.ts";

const empty = mkdtempSync(join(tmpdir(), "notion-sync-no-bicep-"));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

test("a machine without the Bicep CLI and without .NET is told how to get one, and how to test without", async () => {
  const found = findBicep({ env: { PATH: empty, AZURE_CONFIG_DIR: empty }, cache: empty });

  await expect(found).rejects.toThrow(/az bicep install.*--project '!infra'/s);
});
