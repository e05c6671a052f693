// The SQLite tables of the local host. WAL with `synchronous=NORMAL` survives `kill -9`; only a power cut can lose the last commits.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ParentInstance } from "./protocol.ts";

/** One orchestration instance, as its latest execution left it. Texts are JSON, except the output of a failed or terminated one. */
export interface Instance {
  readonly id: string;
  readonly executionId: string;
  readonly name: string;
  readonly status: string;
  readonly input: string | null;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly parent: ParentInstance | null;
  /** Milliseconds since 1970, UTC. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface InboxRow {
  readonly seq: number;
  readonly json: string;
}

export interface TaskRow {
  readonly seq: number;
  readonly id: string;
  readonly execution: string;
  readonly taskId: number;
  readonly name: string;
  readonly input: string | null;
}

export interface TimerRow {
  readonly seq: number;
  readonly id: string;
  readonly execution: string;
  readonly timerId: number;
  readonly fireAt: string;
  /** Milliseconds since 1970 at which it fires; up to a second before `fireAt` with early timers. */
  readonly due: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS instance (id TEXT PRIMARY KEY, status TEXT NOT NULL, created INTEGER NOT NULL, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS history (id TEXT, execution TEXT, seq INTEGER, json TEXT NOT NULL, PRIMARY KEY (id, execution, seq)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, json TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS inbox_id ON inbox (id);
  CREATE TABLE IF NOT EXISTS task (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, execution TEXT NOT NULL, taskId INTEGER NOT NULL, name TEXT NOT NULL, input TEXT);
  CREATE TABLE IF NOT EXISTS timer (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, execution TEXT NOT NULL, timerId INTEGER NOT NULL, fireAt TEXT NOT NULL, due INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS task_id ON task (id);
  CREATE INDEX IF NOT EXISTS timer_id ON timer (id);
  CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

/**
 * Opens the data file of a local host, or makes it, with its folder.
 *
 * @param dataFile Path, or `:memory:`.
 */
export function openStore(dataFile: string) {
  if (dataFile !== ":memory:") mkdirSync(dirname(dataFile), { recursive: true });
  const db = new DatabaseSync(dataFile);
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;");
  db.exec(SCHEMA);
  const sql = (text: string): ReturnType<typeof db.prepare> => db.prepare(text);
  const putInstance = sql("INSERT OR REPLACE INTO instance (id, status, created, json) VALUES (?, ?, ?, ?)");
  const getInstance = sql("SELECT json FROM instance WHERE id = ?");
  const allInstances = sql("SELECT json FROM instance ORDER BY created, id");
  const dropInstance = sql("DELETE FROM instance WHERE id = ?");
  const getHistory = sql("SELECT json FROM history WHERE id = ? AND execution = ? ORDER BY seq");
  const addHistory = sql("INSERT INTO history (id, execution, seq, json) VALUES (?, ?, ?, ?)");
  const dropHistory = sql("DELETE FROM history WHERE id = ?");
  const getInbox = sql("SELECT seq, json FROM inbox WHERE id = ? ORDER BY seq");
  const addInbox = sql("INSERT INTO inbox (id, json) VALUES (?, ?)");
  const dropInboxRow = sql("DELETE FROM inbox WHERE seq = ?");
  const dropInbox = sql("DELETE FROM inbox WHERE id = ?");
  const inboxIds = sql("SELECT DISTINCT id FROM inbox");
  const addTask = sql("INSERT INTO task (id, execution, taskId, name, input) VALUES (?, ?, ?, ?, ?)");
  const dropTaskRow = sql("DELETE FROM task WHERE seq = ?");
  const dropTasks = sql("DELETE FROM task WHERE id = ?");
  const allTasks = sql("SELECT * FROM task ORDER BY seq");
  const addTimer = sql("INSERT INTO timer (id, execution, timerId, fireAt, due) VALUES (?, ?, ?, ?, ?)");
  const dropTimerRow = sql("DELETE FROM timer WHERE seq = ?");
  const dropTimers = sql("DELETE FROM timer WHERE id = ?");
  const allTimers = sql("SELECT * FROM timer ORDER BY due, seq");
  const getValue = sql("SELECT value FROM kv WHERE key = ?");
  const putValue = sql("INSERT OR REPLACE INTO kv (key, value) VALUES (?, ?)");
  const begin = sql("BEGIN IMMEDIATE");
  const commit = sql("COMMIT");
  const rollback = sql("ROLLBACK");
  const text = (row: Record<string, unknown> | undefined, column: string): string | undefined =>
    row === undefined ? undefined : String(row[column]);

  return {
    /** Runs `work` in one transaction; nothing of it stays when it throws. */
    transaction<T>(work: () => T): T {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        if (db.isTransaction) rollback.run();
        throw error;
      }
    },
    findInstance(id: string): Instance | undefined {
      const json = text(getInstance.get(id), "json");
      return json === undefined ? undefined : (JSON.parse(json) as Instance);
    },
    listInstances: (): Instance[] => allInstances.all().map((row) => JSON.parse(String(row["json"])) as Instance),
    saveInstance: (instance: Instance): void =>
      void putInstance.run(instance.id, instance.status, instance.createdAt, JSON.stringify(instance)),
    listHistory: (id: string, execution: string): string[] => getHistory.all(id, execution).map((row) => String(row["json"])),
    addHistory: (id: string, execution: string, seq: number, json: string): void => void addHistory.run(id, execution, seq, json),
    dropHistory: (id: string): void => void dropHistory.run(id),
    listInbox: (id: string): InboxRow[] => getInbox.all(id) as unknown as InboxRow[],
    addToInbox: (id: string, json: string): void => void addInbox.run(id, json),
    dropFromInbox: (seq: number): void => void dropInboxRow.run(seq),
    dropInbox: (id: string): void => void dropInbox.run(id),
    listWaitingIds: (): string[] => inboxIds.all().map((row) => String(row["id"])),
    addTask(task: Omit<TaskRow, "seq">): number {
      return Number(addTask.run(task.id, task.execution, task.taskId, task.name, task.input).lastInsertRowid);
    },
    /** @returns Whether the row was still there. */
    dropTask: (seq: number): boolean => Number(dropTaskRow.run(seq).changes) > 0,
    listTasks: (): TaskRow[] => allTasks.all() as unknown as TaskRow[],
    addTimer(timer: Omit<TimerRow, "seq">): number {
      return Number(addTimer.run(timer.id, timer.execution, timer.timerId, timer.fireAt, timer.due).lastInsertRowid);
    },
    dropTimer: (seq: number): boolean => Number(dropTimerRow.run(seq).changes) > 0,
    listTimers: (): TimerRow[] => allTimers.all() as unknown as TimerRow[],
    /** Removes every row of an instance except the tasks, which run to their end. */
    forget(id: string): void {
      dropInstance.run(id);
      dropHistory.run(id);
      dropInbox.run(id);
      dropTimers.run(id);
    },
    dropTasks: (id: string): void => void dropTasks.run(id),
    findValue: (key: string): string | undefined => text(getValue.get(key), "value"),
    saveValue: (key: string, value: string): void => void putValue.run(key, value),
    close: (): void => db.close(),
  };
}

/** The opened data file of a local host; outlives a killed host. */
export type HostStore = ReturnType<typeof openStore>;
