// Kills of a real process, several apps side by side: most of the time is spent waiting.
import { startAzurite } from "./azurite.ts";
import { editBoard, expectConverged, isInStep } from "./crash-board.ts";
import type { Expected } from "./crash-board.ts";
import { tellProgress } from "./crash-progress.ts";
import { planPoints, reservedPages } from "./crash-run.ts";
import { prepareOnce, startProcessApp } from "./crash-process.ts";
import type { PreparedBoard, ProcessApp } from "./crash-process.ts";
import { nameOf } from "./kill-points.ts";
import type { KillPoint } from "./kill-points.ts";

const SIDE_BY_SIDE = 8; // apps at once
const WORK_MS = 45_000; // ms; 10 writes a second apart and 3 creations, on a machine that does much else
const RECOVERY_MS = 60_000; // ms; design, section 9
const UNCLEAR_MS = 5 * 60_000; // ms
const ACCOUNT_KEY = Buffer.from("notion-sync crash tests").toString("base64");

/**
 * Kills at a sample of all calls and storage writes, or at all of them; tells what went wrong at which.
 *
 * @remarks A sample leaves out the points that take minutes because a creation was begun and not made.
 */
export async function sweepProcesses(seed: number, sampleSize = Infinity) {
  const points = await planPoints({ seed }, ["notion", "github", "storage"], sampleSize, sampleSize === Infinity);
  const prepared = await prepareOnce(seed);
  const { connectionStrings, close } = await startAccounts(points.length);
  const failures: string[] = [];
  let killed = 0;
  const waiting = [...points.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, point] = next;
      tellProgress("real processes", index, points.length, failures.length);
      try {
        if (await runOne(prepared, connectionStrings[index] ?? "", seed, point)) killed += 1;
      } catch (error) {
        failures.push(`seed ${seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    return { failures, killed, count: points.length };
  } finally {
    await close();
  }
}

/** One Azurite with an account for each app: the table has the same name in all of them. */
async function startAccounts(count: number) {
  const names = Array.from({ length: count }, (_, index) => `crash${index}`);
  process.env["AZURITE_ACCOUNTS"] = names.map((name) => `${name}:${ACCOUNT_KEY}`).join(";");
  const azurite = await startAzurite(["table"]);
  delete process.env["AZURITE_ACCOUNTS"];
  const connectionStrings = names.map((name) =>
    azurite.connectionString
      .replace(/AccountName=[^;]+/, `AccountName=${name}`)
      .replace(/AccountKey=[^;]+/, `AccountKey=${ACCOUNT_KEY}`)
      .replace("/devstoreaccount1", `/${name}`),
  );
  return { connectionStrings, close: () => azurite.close() };
}

async function runOne(prepared: PreparedBoard, connectionString: string, seed: number, point: KillPoint): Promise<boolean> {
  const app = await startProcessApp(prepared, connectionString, seed);
  try {
    app.kills.arm(point, () => app.kill());
    const expected = await editBoard(app, prepared.board, seed);
    const isDone = (): boolean => expected.every((page) => isInStep(app, page));
    await app.until(() => app.kills.hasKilled() || isDone(), RECOVERY_MS + WORK_MS);
    if (!app.kills.hasKilled()) await app.until(() => app.kills.hasKilled(), 1_000).catch(() => undefined);
    const killed = app.kills.hasKilled();
    app.kills.disarm();
    if (killed) await converge(app, expected);
    await expectConverged(app, prepared.board, expected, () => app.poll());
    return killed;
  } finally {
    await app.close();
  }
}

async function converge(app: ProcessApp, expected: readonly Expected[]): Promise<void> {
  const startedAt = app.now();
  const unclear = reservedPages(await app.listRows());
  const clear = expected.filter(({ pageId }) => !unclear.has(pageId));
  await app.start();
  await app.until(() => clear.every((page) => isInStep(app, page)), RECOVERY_MS + WORK_MS);
  await app.until(() => expected.every((page) => isInStep(app, page)), startedAt + UNCLEAR_MS - app.now());
}
