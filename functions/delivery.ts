import type { HttpResponseInit } from "@azure/functions";
import type { WebhookEvent } from "../sync/event.ts";
import type { Side } from "../sync/model.ts";
import type { FunctionDeps } from "./deps.ts";
import { problem } from "./respond.ts";

const MAX_ID_CHARS = 64; // both services send UUIDs

/** The answer to a delivery, and what became of it. */
export interface Taken extends Pick<WebhookEvent, "result" | "reason" | "deliveryId"> {
  readonly answer: HttpResponseInit;
}

/** Takes a delivery and reports it, once, however it ends. */
export async function reportDelivery(deps: FunctionDeps, service: Side, take: () => Promise<Taken>): Promise<HttpResponseInit> {
  const startedMs = deps.clock.now();
  const report = ({ result, reason, deliveryId }: Omit<Taken, "answer">): void =>
    deps.report({
      event: "webhook",
      service,
      result,
      reason,
      deliveryId: deliveryId?.slice(0, MAX_ID_CHARS) ?? null, // GitHub's comes in a header, which is not signed
      durationMs: deps.clock.now() - startedMs,
    });
  try {
    const taken = await take();
    report(taken);
    return taken.answer;
  } catch (error) {
    report({ result: "failed", reason: "unavailable", deliveryId: null });
    throw error;
  }
}

/** A change was stored. */
export function accepted(deliveryId: string): Taken {
  return { answer: { status: 202 }, result: "accepted", reason: "changed", deliveryId };
}

/** Nothing is to be done; the service learns no more than that it arrived. */
export function ignored(reason: WebhookEvent["reason"], deliveryId: string | null, status = 202): Taken {
  return { answer: { status }, result: "ignored", reason, deliveryId };
}

/** It was refused. What it says of itself is not reported: nobody vouches for it. */
export function rejected(reason: WebhookEvent["reason"], status: number, detail: string): Taken {
  return { answer: problem(status, detail), result: "rejected", reason, deliveryId: null };
}
