// Runs the GitHub simulator as a program: node local/github-api/main.ts --port 7082 --data <file> --webhook-url http://… --webhook-secret …
import { runProgram } from "../simulator/program.ts";
import { PRODUCT_TOKEN, SEED_OWNER, SEED_PROJECT_NUMBER, SEED_REPOSITORY } from "./seed.ts";
import { createGithubSimulator } from "./simulator.ts";

await runProgram(7082, createGithubSimulator, {
  token: PRODUCT_TOKEN,
  repository: `${SEED_OWNER}/${SEED_REPOSITORY}`,
  project: SEED_PROJECT_NUMBER,
});
