// Kills of a real process, several apps side by side: most of the time is spent waiting.
import { createRandom } from "../../local/host/moods.ts";
import { startAzurite } from "./azurite.ts";
import { editBoard, expectConverged, isInStep } from "./crash-board.ts";
import type { Expected } from "./crash-board.ts";
import { prepareOnce, startProcessApp } from "./crash-process.ts";
import type { PreparedBoard, ProcessApp } from "./crash-process.ts";
import { allKillPoints, nameOf } from "./kill-points.ts";
import type { KillPoint } from "./kill-points.ts";

const SIDE_BY_SIDE = 7; // apps at once
const WORK_MS = 45_000; // ms; 10 writes a second apart and 3 creations, on a machine that does much else
const RECOVERY_MS = 60_000; // ms; design, section 9
const UNCLEAR_MS = 5 * 60_000; // ms
const ACCOUNT_KEY = Buffer.from("notion-sync crash tests").toString("base64");

/** Runs a sample of all points, or all, and tells what went wrong at which. */
export async function sweepProcesses(
  seed: number,
  sampleSize = Infinity,
): Promise<{ failures: string[]; killed: number; count: number }> {
  const prepared = await prepareOnce(seed);
  const accounts = Array.from({ length: sampleSize === Infinity ? 1_000 : sampleSize + 1 }, (_, index) => `crash${index}`);
  process.env["AZURITE_ACCOUNTS"] = accounts.map((name) => `${name}:${ACCOUNT_KEY}`).join(";");
  const azurite = await startAzurite(["table"]);
  const connectionOf = (index: number): string =>
    azurite.connectionString
      .replace(/AccountName=[^;]+/, `AccountName=crash${index}`)
      .replace(/AccountKey=[^;]+/, `AccountKey=${ACCOUNT_KEY}`)
      .replace("/devstoreaccount1", `/crash${index}`);
  const failures: string[] = [];
  let killed = 0;
  try {
    const counts = await runOne(prepared, connectionOf(0), seed, undefined);
    const random = createRandom(seed);
    const points = allKillPoints(counts.counts)
      .map((point) => ({ point, place: sampleSize === Infinity ? 0 : random() }))
      .sort((left, right) => left.place - right.place)
      .slice(0, sampleSize)
      .map(({ point }) => point);
    const waiting = [...points.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, point] = next;
        try {
          if ((await runOne(prepared, connectionOf(index + 1), seed + index, point)).killed) killed += 1;
        } catch (error) {
          failures.push(`seed ${seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    return { failures, killed, count: points.length };
  } finally {
    await azurite.close();
    delete process.env["AZURITE_ACCOUNTS"];
  }
}

async function runOne(prepared: PreparedBoard, connectionString: string, seed: number, point: KillPoint | undefined) {
  const app = await startProcessApp(prepared, connectionString, seed);
  try {
    app.kills.arm(point, () => app.kill());
    const expected = await editBoard(app, prepared.board, seed);
    const isDone = (): boolean => expected.every((page) => isInStep(app, page));
    await app.until(() => app.kills.hasKilled() || isDone(), RECOVERY_MS + WORK_MS);
    if (!app.kills.hasKilled() && point) await app.until(() => app.kills.hasKilled(), 1_000).catch(() => undefined);
    const killed = app.kills.hasKilled();
    const counts = app.kills.counts();
    app.kills.disarm();
    if (killed) await converge(app, expected);
    await expectConverged(app, prepared.board, expected, () => app.poll());
    return { counts, killed };
  } finally {
    await app.close();
  }
}

async function converge(app: ProcessApp, expected: readonly Expected[]): Promise<void> {
  const startedAt = app.now();
  const rows = (await app.listRows()).map((row) => JSON.stringify(row)).filter((row) => /\\?"reserved\\?"/.test(row));
  const unclear = new Set(rows.flatMap((row) => /pageId\\?":\\?"([0-9a-f-]{36})/.exec(row)?.[1] ?? []));
  const clear = expected.filter(({ pageId }) => !unclear.has(pageId));
  await app.start();
  await app.until(() => clear.every((page) => isInStep(app, page)), RECOVERY_MS + WORK_MS);
  await app.until(() => expected.every((page) => isInStep(app, page)), startedAt + UNCLEAR_MS - app.now());
}
