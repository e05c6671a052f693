// Runs the GitHub simulator as a program: node local/github-api/main.ts --port 7082 --data <file> --webhook-url http://… --webhook-secret …
import { parseArgs } from "node:util";
import { realClock } from "../clock.ts";
import { PRODUCT_TOKEN, SEED_OWNER, SEED_PROJECT_NUMBER, SEED_REPOSITORY } from "./seed.ts";
import { createGithubSimulator } from "./simulator.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "7082" },
    seed: { type: "string", default: "1" },
    data: { type: "string" },
    "webhook-url": { type: "string" },
    "webhook-secret": { type: "string" },
  },
});
const { "webhook-url": webhookUrl, "webhook-secret": secret } = values;
const simulator = createGithubSimulator({
  clock: realClock,
  seed: Number(values.seed),
  ...(values.data === undefined ? {} : { dataFile: values.data }),
  webhooks: { ...(webhookUrl === undefined ? {} : { url: webhookUrl }), ...(secret === undefined ? {} : { secret }) },
});
const url = await simulator.listen(Number(values.port));
const stop = (): void => void simulator.close().then(() => process.exit(0));
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
const repository = `${SEED_OWNER}/${SEED_REPOSITORY}`;
console.log(JSON.stringify({ ready: true, url, token: PRODUCT_TOKEN, repository, project: SEED_PROJECT_NUMBER }));
