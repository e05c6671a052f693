// Runs the Notion simulator as a program: node local/notion-api/main.ts --port 7081 --data <file> --webhook-url http://… --webhook-secret …
import { runProgram } from "../simulator/program.ts";
import { DEMO_DATA_SOURCE_ID, DEMO_TOKEN } from "./seed.ts";
import { createNotionSimulator } from "./simulator.ts";

await runProgram(7081, createNotionSimulator, { token: DEMO_TOKEN, dataSourceId: DEMO_DATA_SOURCE_ID });
