import { parseArgs } from "node:util";
import type { Clock } from "../clock.ts";
import { realClock } from "../clock.ts";
import type { Simulator, WebhookControl } from "./contract.ts";

/** What a simulator that runs as a program is made with. */
export interface ProgramOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly dataFile?: string;
  readonly webhooks: WebhookControl;
}

/**
 * Runs a simulator as a program, until it is told to stop: `--port`, `--seed`, `--data <file>`, `--webhook-url`, `--webhook-secret`.
 *
 * @param told What the line of JSON says, beside the address, that is written once it listens.
 */
export async function runProgram(
  port: number,
  create: (options: ProgramOptions) => Simulator,
  told: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: String(port) },
      seed: { type: "string", default: "1" },
      data: { type: "string" },
      "webhook-url": { type: "string" },
      "webhook-secret": { type: "string" },
    },
  });
  const { "webhook-url": webhookUrl, "webhook-secret": secret } = values;
  const simulator = create({
    clock: realClock,
    seed: Number(values.seed),
    ...(values.data === undefined ? {} : { dataFile: values.data }),
    webhooks: { ...(webhookUrl === undefined ? {} : { url: webhookUrl }), ...(secret === undefined ? {} : { secret }) },
  });
  const url = await simulator.listen(Number(values.port));
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  console.log(JSON.stringify({ ready: true, url, ...told }));
}
