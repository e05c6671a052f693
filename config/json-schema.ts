import * as z from "zod/mini";
import { abouts } from "./schema-parts.ts";
import { WrittenConfig } from "./schema.ts";

/** Makes the JSON Schema of the mapping file, for editors. */
export function makeJsonSchema(): object {
  return z.toJSONSchema(WrittenConfig, { io: "input", target: "draft-07", metadata: abouts });
}
