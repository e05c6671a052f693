// Writes docs/sync.config.schema.json anew: `node scripts/write-schema.ts`, after a change in config/schema*.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { makeJsonSchema } from "../config/json-schema.ts";

const file = join(import.meta.dirname, "..", "docs", "sync.config.schema.json");
writeFileSync(file, await format(JSON.stringify(makeJsonSchema()), { parser: "json", printWidth: 130 }));
