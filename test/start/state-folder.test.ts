import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStateFolder, type StateFolder } from "../../local/start/state-folder.ts";

let folder: string;
let open: StateFolder | undefined;

const openFolder = (fresh = false): StateFolder => {
  open?.release();
  open = undefined;
  open = openStateFolder(folder, fresh);
  return open;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notion-sync-state-"));
});

afterEach(() => {
  open?.release();
  open = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe("openStateFolder", () => {
  test("keeps its secrets from one start to the next, and makes others when it is fresh", () => {
    const first = openFolder().secrets;

    expect(openFolder().secrets).toEqual(first);
    expect(openFolder(true).secrets.markerKey).not.toBe(first.markerKey);
  });

  test("removes with fresh what it made, and nothing else", () => {
    const { notionData } = openFolder();
    writeFileSync(notionData, "{}");
    writeFileSync(join(folder, "mine.txt"), "mine");

    openFolder(true);

    expect(existsSync(notionData)).toBe(false);
    expect(readFileSync(join(folder, "mine.txt"), "utf8")).toBe("mine");
  });

  test("asks for a fresh start when its secrets cannot be read", () => {
    openFolder();
    writeFileSync(join(folder, "secrets.json"), "{");

    expect(() => openFolder()).toThrow("start with --fresh to begin anew");
  });
});
