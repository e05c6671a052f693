import type { Clock } from "../clock.ts";
import type { Journal, JournalEntry } from "./contract.ts";

/** What a vendor says of a request before it is carried out. */
export interface RequestName {
  /** Of a fixed form, see `JournalEntry`. */
  readonly kind: string;
  readonly write: boolean;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A journal entry while its request is being answered. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] };

/** Records requests in the order of their arrival. */
export interface JournalKeeper {
  open(name: RequestName): OpenEntry;
  read(): Journal;
  clear(): void;
}

/** Creates an empty journal. */
export function createJournal(clock: Clock): JournalKeeper {
  let entries: OpenEntry[] = [];
  return {
    open(name) {
      const entry: OpenEntry = { at: new Date(clock.now()).toISOString(), kind: name.kind, write: name.write, status: 0 };
      if (name.detail) entry.detail = name.detail;
      entries.push(entry);
      return entry;
    },
    read() {
      const byKind: Record<string, number> = {};
      for (const entry of entries) byKind[entry.kind] = (byKind[entry.kind] ?? 0) + 1;
      const writes = entries.filter((entry) => entry.write).length;
      const requests = entries.map((entry) => ({ ...entry }));
      return { total: entries.length, reads: entries.length - writes, writes, byKind, requests };
    },
    clear: () => void (entries = []),
  };
}
