// How Flex Consumption counts the time of an instance: stretches in which it works on anything, not the functions one by one.
import type { Invocation } from "../local/host/host.ts";

const LEAST_MS = 1_000; // a stretch counts as a second at least; Microsoft Learn, "Flex Consumption plan", billing
const STEP_MS = 100; // and beyond that in steps of 0.1 s

/** Seconds that one instance is paid for, when all these invocations run on it. */
export function toActiveSeconds(invocations: readonly Pick<Invocation, "beganAtMs" | "endedAtMs">[]): number {
  let totalMs = 0;
  let stretch: { from: number; to: number } | undefined;
  const close = (): void => {
    if (stretch) totalMs += Math.max(LEAST_MS, Math.ceil((stretch.to - stretch.from) / STEP_MS) * STEP_MS);
  };
  for (const { beganAtMs, endedAtMs } of invocations.toSorted((left, right) => left.beganAtMs - right.beganAtMs)) {
    if (stretch && beganAtMs <= stretch.to) stretch.to = Math.max(stretch.to, endedAtMs);
    else {
      close();
      stretch = { from: beganAtMs, to: endedAtMs };
    }
  }
  close();
  return totalMs / 1_000;
}
