import { createHmac } from "node:crypto";
import type { BaseWebhookPayload } from "@notionhq/client";
import type { Timer } from "../clock.ts";
import type { SimulatorKit } from "../simulator/vendor.ts";
import type { Parent, StoredUser } from "./model.ts";

/** The event types that the simulator sends. */
export const EVENT_TYPES = [
  "page.created",
  "page.moved",
  "page.properties_updated",
  "page.content_updated",
  "page.deleted",
  "page.undeleted",
  "data_source.schema_updated",
] as const;

/** The type of an event. */
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened and that receivers may be told. */
export interface NotionEvent {
  readonly type: EventType;
  readonly entityId: string;
  readonly author: StoredUser;
  readonly parent: Parent;
  /** Ids of properties, encoded for URLs, of `page.properties_updated`. */
  readonly propertyIds?: readonly string[];
  /** Ids of blocks, of `page.content_updated`. */
  readonly blockIds?: readonly string[];
}

/** Who sends. */
export interface EventSource {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly subscriptionId: string;
  readonly integrationId: string;
}

/** Gathers events for a short time and sends what is left of them. */
export interface EventAggregator {
  record(event: NotionEvent): void;
  /** Sends the one-time body with the verification token; makes up a token, if there is none. */
  sendHandshake(): void;
  reset(): void;
}

/** The value of `X-Notion-Signature`. */
export function signBody(body: string, verificationToken: string): string {
  return `sha256=${createHmac("sha256", verificationToken).update(body).digest("hex")}`;
}

const LIFECYCLE: readonly EventType[] = ["page.created", "page.deleted", "page.undeleted"];

// What is back where it was when the window opened is not told at all.
const collapse = (events: readonly NotionEvent[]): NotionEvent[][] => {
  const turns = events.filter((event) => LIFECYCLE.includes(event.type));
  const [first, last] = [turns[0], turns.at(-1)];
  const wasBorn = first?.type === "page.created";
  if (wasBorn && last?.type === "page.deleted") return [];
  const isBack = !wasBorn && first !== last && first?.type !== last?.type;
  const kept = wasBorn ? first : isBack ? undefined : last;
  return EVENT_TYPES.flatMap((type) => {
    const same = events.filter((event) => event.type === type);
    if (LIFECYCLE.includes(type)) return kept?.type === type ? [[kept, ...same.filter((event) => event !== kept)]] : [];
    return same.length > 0 ? [same] : [];
  });
};

const toParentData = (parent: Parent, workspaceId: string): object => {
  switch (parent.type) {
    case "data_source_id":
      return { id: parent.database_id, type: "database", data_source_id: parent.data_source_id };
    case "page_id":
      return { id: parent.page_id, type: "page" };
    case "block_id":
      return { id: parent.block_id, type: "block" };
    case "workspace":
      return { id: workspaceId, type: "space" };
  }
};

const toData = (events: readonly NotionEvent[], source: EventSource): object => {
  const last = events.at(-1);
  const parent = last ? toParentData(last.parent, source.workspaceId) : {};
  const propertyIds = [...new Set(events.flatMap((event) => event.propertyIds ?? []))];
  switch (last?.type) {
    case "page.properties_updated":
      return { parent, updated_properties: propertyIds };
    case "page.content_updated":
      return {
        parent,
        updated_blocks: [...new Set(events.flatMap((event) => event.blockIds ?? []))].map((id) => ({ id, type: "block" })),
      };
    case "data_source.schema_updated":
      return { parent, updated_properties: propertyIds.map((id) => ({ id, name: null, action: "updated" })) };
    default:
      return { parent };
  }
};

/**
 * Creates the aggregator.
 *
 * @param windowMs how long events of one page or data source are gathered, from the first of them on.
 * @param types the types that the subscription asks for.
 */
export function createEventAggregator(
  kit: SimulatorKit,
  source: EventSource,
  windowMs: number,
  types: readonly EventType[],
): EventAggregator {
  const { clock, random, webhooks } = kit;
  const open = new Map<string, { events: NotionEvent[]; timer: Timer; end: () => void }>();

  const send = (events: readonly NotionEvent[], atMs: number): void => {
    const [event] = events;
    if (!event || !types.includes(event.type)) return;
    const authors = new Map(events.map(({ author }) => [author.id, { id: author.id, type: author.type }]));
    const envelope: Omit<BaseWebhookPayload, "attempt_number" | "api_version"> = {
      id: random.uuid(),
      timestamp: new Date(atMs).toISOString(),
      workspace_id: source.workspaceId,
      workspace_name: source.workspaceName,
      subscription_id: source.subscriptionId,
      integration_id: source.integrationId,
      authors: [...authors.values()],
    };
    const entity = { id: event.entityId, type: event.type.startsWith("page.") ? "page" : "data_source" };
    const data = toData(events, source);
    webhooks.send({
      render(attempt, secret) {
        const rest = { attempt_number: attempt, api_version: "2026-03-11", entity, data };
        const body = JSON.stringify({ ...envelope, type: event.type, ...rest });
        return { headers: { "x-notion-signature": signBody(body, secret) }, body };
      },
    });
  };

  const flush = (entityId: string): void => {
    const group = open.get(entityId);
    if (!group) return;
    open.delete(entityId);
    for (const events of collapse(group.events)) send(events, clock.now());
    group.end();
  };

  return {
    record(event) {
      const group = open.get(event.entityId);
      if (group) {
        group.events.push(event);
        return;
      }
      const timer = clock.setTimer(windowMs, () => flush(event.entityId));
      open.set(event.entityId, { events: [event], timer, end: webhooks.expect() });
    },
    sendHandshake() {
      if (webhooks.moods.secret === undefined) webhooks.control({ secret: `secret_${random.hex(43)}` });
      webhooks.send({
        render(_attempt, secret) {
          const body = JSON.stringify({ verification_token: secret });
          return { headers: { "x-notion-signature": signBody(body, secret) }, body };
        },
      });
    },
    reset() {
      for (const { timer } of open.values()) timer.clear();
      open.clear();
    },
  };
}
