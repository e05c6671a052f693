import { expect, test } from "vitest";
import { endStuckRun } from "../../functions/stuck-run.ts";
import type { FunctionDeps, Starter } from "../../functions/deps.ts";
import { newMappingState } from "../../storage/mappings.ts";
import { createStorage } from "../../storage/storage.ts";
import { createMemoryTable } from "../support/memory-table.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00.000Z");

/** The time so many minutes ago. */
const ago = (minutes: number): string => new Date(NOW_MS - minutes * 60_000).toISOString();

/** Minutes since a change is due, since progress, since a run said that it is alive, since a tick suspected it; what becomes of it. */
const CASES = [
  { name: "a change that is due for less than 10 minutes", due: 9, progress: 60, alive: 60, suspected: 30, end: "nothing" },
  { name: "progress less than 10 minutes ago", due: 60, progress: 9, alive: 60, suspected: 5, end: "nothing" },
  { name: "a run that a tick finds without progress", due: 11, progress: 11, alive: 11, suspected: null, end: "suspected" },
  { name: "one that made progress after it was suspected", due: 11, progress: 11, alive: 11, suspected: 12, end: "suspected" },
  { name: "one that did nothing since it was suspected", due: 12, progress: 12, alive: 12, suspected: 1, end: "terminated" },
  { name: "one that looked for changes since then", due: 12, progress: 12, alive: 0.5, suspected: 1, end: "nothing" },
  { name: "one that only looked for changes since then", due: 22, progress: 22, alive: 0.5, suspected: 11, end: "terminated" },
] as const;

test.each(CASES)("$name: $end", async ({ due, progress, alive, suspected, end }) => {
  const storage = createStorage(createMemoryTable());
  const calls: string[] = [];
  const deps = {
    storage,
    clock: { now: () => NOW_MS },
    log: () => undefined,
    report: ({ event }: { readonly event: string }) => void calls.push(event),
  } as unknown as FunctionDeps;
  const client = { terminate: (id: string) => Promise.resolve(void calls.push(id)) } as unknown as Starter;
  const before = {
    ...newMappingState("engineering"),
    lastProgressAt: ago(progress),
    heartbeatAt: ago(alive),
    suspectedAt: suspected === null ? null : ago(suspected),
    runStartedAt: ago(60),
  };
  await storage.mappings.save(before);

  await endStuckRun(client, deps, before, ago(due));

  const after = (await storage.mappings.find("engineering"))?.value;
  expect(calls).toEqual(end === "terminated" ? ["sync-engineering", "run"] : []);
  if (end === "nothing") expect(after).toEqual(before);
  if (end === "suspected") expect(after).toEqual({ ...before, suspectedAt: ago(0) });
  if (end === "terminated") expect(after).toEqual({ ...before, lastProgressAt: ago(0), runStartedAt: null });
});
