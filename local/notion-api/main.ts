// Runs the Notion simulator as a program: node local/notion-api/main.ts --port 7081 --data <file> --webhook-url http://… --webhook-secret …
import { parseArgs } from "node:util";
import { realClock } from "../clock.ts";
import { DEMO_DATA_SOURCE_ID, DEMO_TOKEN } from "./seed.ts";
import { createNotionSimulator } from "./simulator.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "7081" },
    seed: { type: "string", default: "1" },
    data: { type: "string" },
    "webhook-url": { type: "string" },
    "webhook-secret": { type: "string" },
  },
});
const { "webhook-url": webhookUrl, "webhook-secret": secret } = values;
const simulator = createNotionSimulator({
  clock: realClock,
  seed: Number(values.seed),
  ...(values.data === undefined ? {} : { dataFile: values.data }),
  webhooks: { ...(webhookUrl === undefined ? {} : { url: webhookUrl }), ...(secret === undefined ? {} : { secret }) },
});
const url = await simulator.listen(Number(values.port));
const stop = (): void => void simulator.close().then(() => process.exit(0));
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
console.log(JSON.stringify({ ready: true, url, token: DEMO_TOKEN, dataSourceId: DEMO_DATA_SOURCE_ID }));
