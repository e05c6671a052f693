// Deliveries of Notion's webhooks: who sent them, and what they say. They carry ids only, so each is a hint to look.
import { verifyWebhookSignature } from "@notionhq/client";
import { isNotionId, toNotionId } from "./id.ts";

export type NotionDelivery =
  /** Notion's proof of address; a person pastes `token` into Notion. */
  | { readonly kind: "handshake"; readonly token: string }
  | {
      readonly kind: "event";
      /** The same in every attempt of one delivery. */
      readonly deliveryId: string;
      readonly type: string;
      readonly pageId: string | null;
      readonly dataSourceId: string | null;
      readonly authorIds: readonly string[];
      /** Every author is a bot; which one, `authorIds` says. */
      readonly onlyBots: boolean;
      /** When it happened. */
      readonly at: string;
    }
  | { readonly kind: "ignored"; readonly reason: string; readonly dataSourceId: string | null }
  | { readonly kind: "malformed"; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

const toFields = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
const toText = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
/** What is no id is nobody's key. */
const toId = (value: unknown): string | null => (typeof value === "string" && isNotionId(value) ? toNotionId(value) : null);

/** Anybody can send a handshake: no more is taken for its token than Notion would send. */
const TOKEN = /^[\x21-\x7e]{1,200}$/;

/**
 * Says whether Notion signed this body with one of the secrets.
 *
 * @param body As it came over the wire.
 * @param signature The header `X-Notion-Signature`.
 * @see https://developers.notion.com/reference/webhooks
 */
export async function verifyNotionSignature(
  body: string,
  signature: string | null,
  secrets: readonly string[],
): Promise<boolean> {
  const matches = await Promise.all(
    secrets.map((verificationToken) => verifyWebhookSignature({ body, signature, verificationToken })),
  );
  return matches.includes(true);
}

const parseJson = (body: string): Fields | undefined => {
  try {
    return toFields(JSON.parse(body));
  } catch {
    return undefined;
  }
};

/** Reads the body of a delivery; never throws. Verify its signature first. */
export function parseNotionDelivery(body: string): NotionDelivery {
  const payload = parseJson(body);
  if (!payload) return { kind: "malformed", reason: "The body is not a JSON object." };
  const type = toText(payload["type"]);
  const token = toText(payload["verification_token"]);
  if (token && TOKEN.test(token) && payload["type"] === undefined) return { kind: "handshake", token };
  if (!type) return { kind: "malformed", reason: "The body has no type." };

  const entity = toFields(payload["entity"]);
  const data = toFields(payload["data"]) ?? {};
  const [subject] = type.split(".");
  if (subject !== "page" && subject !== "comment") {
    const dataSourceId = subject === "data_source" ? toId(entity?.["id"]) : null;
    return { kind: "ignored", reason: `Events of type ${type} are not used.`, dataSourceId };
  }

  const deliveryId = toText(payload["id"]);
  const at = toText(payload["timestamp"]);
  const pageId = subject === "page" ? toId(entity?.["id"]) : toId(data["page_id"]);
  if (!deliveryId || !at || Number.isNaN(Date.parse(at))) {
    return { kind: "malformed", reason: `The ${type} event has no id or no valid timestamp.` };
  }
  if (!pageId) return { kind: "malformed", reason: `The ${type} event names no page.` };
  const authors = Array.isArray(payload["authors"]) ? payload["authors"].map((author: unknown) => toFields(author) ?? {}) : [];
  return {
    kind: "event",
    deliveryId,
    type,
    pageId,
    dataSourceId: toId(toFields(data["parent"])?.["data_source_id"]),
    authorIds: authors.map((author) => toId(author["id"])).filter((id) => id !== null),
    onlyBots: authors.length > 0 && authors.every((author) => author["type"] === "bot"),
    at,
  };
}
