import type { NotionAdapter } from "../notion/client.ts";
import type { DataSourceSchema } from "../notion/schema.ts";
import type { Clock } from "../sync/clock.ts";

/** The properties and options of the data sources, looked up when a field is to be written and kept for ten minutes. */
export interface NotionFacts {
  readSchema(dataSourceId: string): Promise<DataSourceSchema>;
}

const GOOD_MS = 10 * 60_000; // ms; an option that was made by hand is seen after that

/** Creates the memory of schemas. */
export function createNotionFacts(notion: NotionAdapter, clock: Clock): NotionFacts {
  const known = new Map<string, { readonly schema: Promise<DataSourceSchema>; readonly readAtMs: number }>();
  return {
    readSchema(dataSourceId) {
      const held = known.get(dataSourceId);
      if (held && clock.now() - held.readAtMs < GOOD_MS) return held.schema;
      const schema = notion.readSchema(dataSourceId);
      known.set(dataSourceId, { schema, readAtMs: clock.now() });
      schema.catch(() => known.delete(dataSourceId));
      return schema;
    },
  };
}
