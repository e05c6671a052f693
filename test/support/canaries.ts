// Looks for secrets wherever anybody could read them later, in any form in which they might be written.
import { DatabaseSync } from "node:sqlite";
import { format } from "node:util";
import { vi } from "vitest";

/** A text, and where it was found. */
export interface Seen {
  readonly place: string;
  readonly text: string;
}

/** The texts by which a secret is known: as it is, in addresses, in JSON, in hexadecimal and in base64 at any place. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const base64Url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString("hex")];
  return [...new Set([...forms, ...base64, ...base64Url])];
}

/** Each place that shows any form of a secret, with what it shows. */
export function findHits(places: readonly Seen[], secrets: readonly string[]): readonly string[] {
  const forms = secrets.flatMap(formsOf);
  return places
    .filter(({ text }) => forms.some((form) => text.includes(form)))
    .map(({ place, text }) => `${place}: ${text.slice(0, 500)}`);
}

/** All rows of the durable engine's file but the host's own keys, which are kept there as the platform keeps them in its secrets. */
export function dumpDatabase(file: string): readonly Seen[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
  const rows = tables.flatMap(({ name }) =>
    database
      .prepare(`select * from "${String(name)}"`)
      .all()
      .map((row) => ({ place: `the durable table ${String(name)}`, text: JSON.stringify(row) })),
  );
  database.close();
  return rows.filter(({ text }) => !/"key":"key:(function|system)"/.test(text));
}

/** Takes down what is written to the console and to the process's outputs from now on. */
export function watchOutput(): { readonly seen: Seen[]; readonly end: () => void } {
  const seen: Seen[] = [];
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      seen.push({ place: `the console (${level})`, text: format(...parts) });
    }),
  );
  const outputs = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      seen.push({ place: name, text: String(chunk) });
      return true;
    }),
  );
  return { seen, end: () => [...spies, ...outputs].forEach((spy) => spy.mockRestore()) };
}
