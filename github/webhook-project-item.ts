// Deliveries that tell of an item in a project: they name neither its repository nor its number.
import type { FieldValue } from "../sync/model.ts";
import type { Whereabouts } from "../sync/place.ts";
import { isRecord } from "./answer.ts";
import type { GithubDelivery, ProjectItemNews } from "./delivery.ts";
import { parsePayload, ProjectItemPayload } from "./webhook-schema.ts";

const CONTENT_TYPES: readonly string[] = ["Issue", "PullRequest"];
const PLACES: Readonly<Record<string, Whereabouts>> = { created: "in", restored: "in", archived: "archived", deleted: "out" };

/** Reads the payload of `projects_v2_item`. */
export function parseProjectItem(payload: object): GithubDelivery {
  const parsed = parsePayload(ProjectItemPayload, payload);
  if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
  const { action, projects_v2_item: item, changes, organization } = parsed.value;
  if (action === "reordered") return { kind: "ignored", reason: "The order of project items is not used." };
  if (!CONTENT_TYPES.includes(item.content_type)) {
    return { kind: "ignored", reason: "Project items that are neither issue nor pull request are not used." };
  }
  return {
    kind: "projectItem",
    contentNodeId: item.content_node_id,
    contentId: toDatabaseId(item.content_node_id),
    owner: organization?.login ?? null,
    news: toNews(action, changes?.field_value),
  };
}

interface FieldChange {
  readonly field_name?: string | undefined;
  readonly field_type?: string | undefined;
  readonly project_number?: number | undefined;
  readonly to?: unknown;
}

function toNews(action: string, change: FieldChange | undefined): ProjectItemNews | null {
  const place = Object.hasOwn(PLACES, action) ? PLACES[action] : undefined;
  if (place) return { kind: "place", place };
  if (action !== "edited" || change?.field_name === undefined) return null;
  const { field_name: field, field_type: type, project_number: projectNumber = null, to } = change;
  return { kind: "value", projectNumber, field, value: toValue(type, to) };
}

/** The value as a reading of the project gives it. */
function toValue(type: string | undefined, to: unknown): FieldValue | undefined {
  if (to === null || typeof to === "number") return to;
  // A day may come with a time, which is always midnight.
  if (typeof to === "string") return to === "" ? null : type === "date" ? to.slice(0, "YYYY-MM-DD".length) : to;
  const name = isRecord(to) ? (to["name"] ?? to["title"]) : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Node ids of before 2022 are `0<length>:<type><database id>` in base64, for good; later ones tell nothing. */
function toDatabaseId(nodeId: string): string | null {
  return /^\d+:[A-Za-z]+(\d+)$/.exec(Buffer.from(nodeId, "base64").toString("latin1"))?.[1] ?? null;
}
