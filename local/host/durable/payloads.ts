// The sizes of what goes through an orchestration, each under a name that a person finds in the code.
import { SMALL_PAYLOAD_BYTES } from "../moods.ts";
import type { EngineContext } from "./context.ts";
import { EVENT, type HistoryEvent } from "./protocol.ts";
import type { Replayed } from "./replay.ts";
import type { Instance } from "./store.ts";

const MAX_STATUS_KB = 16; // KB of UTF-16; the extension's limit of a custom status

const nameOf = (instance: Instance): string => `orchestration '${instance.name}' (${instance.id})`;

function check(context: EngineContext, what: string, text: string | null | undefined): string | undefined {
  if (!text) return undefined;
  const bytes = Buffer.byteLength(text);
  context.counter.payload(what, bytes);
  if (!context.moods.smallPayloads || bytes <= SMALL_PAYLOAD_BYTES) return undefined;
  return `payload too large for the local host: ${what} has ${bytes} bytes, ${SMALL_PAYLOAD_BYTES} are allowed`;
}

/** Notes what a turn brings in. Returns what is wrong with the first that is too large, when small payloads are asked for. */
export function checkInbound(
  context: EngineContext,
  instance: Instance,
  history: readonly HistoryEvent[],
  inbound: readonly HistoryEvent[],
): string | undefined {
  let fault: string | undefined;
  for (const event of inbound) fault ??= check(context, nameInbound(instance, history, event), event.Input ?? event.Result);
  return fault;
}

function nameInbound(instance: Instance, history: readonly HistoryEvent[], event: HistoryEvent): string {
  switch (event.EventType) {
    case EVENT.executionStarted:
      return `input of ${nameOf(instance)}`;
    case EVENT.eventRaised:
      return `event '${event.Name ?? ""}' of ${nameOf(instance)}`;
    default: {
      const scheduled = history.find((each) => each.EventId === event.TaskScheduledId && each.Name !== undefined);
      const kind = scheduled?.EventType === EVENT.childCreated ? "sub-orchestration" : "activity";
      return `result of ${kind} '${scheduled?.Name ?? ""}' in ${nameOf(instance)}`;
    }
  }
}

/** Notes a custom status. Returns what is wrong with one that is too large; the extension itself allows 16 KB of UTF-16. */
export function checkStatus(context: EngineContext, instance: Instance, status: string | null): string | undefined {
  const kilobytes = Math.floor((2 * (status?.length ?? 0)) / 1024);
  const fault = check(context, `custom status of ${nameOf(instance)}`, status);
  if (kilobytes <= MAX_STATUS_KB) return fault;
  return (
    `The UTF-16 size of the JSON-serialized payload must not exceed ${MAX_STATUS_KB} KB. ` +
    `The current payload size is ${kilobytes} KB.`
  );
}

/** Notes what a turn sends out. Returns what is wrong with the first that is too large, when small payloads are asked for. */
export function checkOutbound(context: EngineContext, instance: Instance, replayed: Replayed): string | undefined {
  let fault: string | undefined;
  for (const decision of replayed.decisions) {
    if (decision.kind === "timer") continue;
    const whom = decision.kind === "activity" ? "activity" : "sub-orchestration";
    fault ??= check(context, `input of ${whom} '${decision.name}' from ${nameOf(instance)}`, decision.input);
  }
  const { completion } = replayed;
  if (completion?.status === "Completed") fault ??= check(context, `result of ${nameOf(instance)}`, completion.result);
  if (completion?.status === "ContinuedAsNew")
    fault ??= check(context, `input of continued ${nameOf(instance)}`, completion.input);
  return fault;
}
