import type { Link, PhrasingContent } from "mdast";
import type { Attributes } from "./attributes.ts";
import { findUserId, type Conversion } from "./conversion.ts";
import { text } from "./phrasing.ts";

/** An equation within a text. */
export function toMath(expression: string): readonly PhrasingContent[] {
  const value = expression.replaceAll(/\s+/g, " ").trim();
  if (value === "") return [];
  // Between backticks GitHub leaves the expression alone; one that has backticks itself cannot be written so.
  if (value.includes("`")) return [{ type: "html", value: `$${value}$` }];
  return [text("$"), { type: "inlineCode", value }, text("$")];
}

/** A citation, which names its source by its address. */
export function toSourceLink(url: string): Link {
  return { type: "link", url, children: [text("source")] };
}

/** Underlined or coloured text; GitHub has no colours. */
export function toSpan(attributes: Attributes, children: readonly PhrasingContent[]): readonly PhrasingContent[] {
  if (attributes["underline"] !== "true") return children;
  return [{ type: "html", value: "<ins>" }, ...children, { type: "html", value: "</ins>" }];
}

const PLACES: Readonly<Record<string, string>> = {
  "mention-page": "a page in Notion",
  "mention-database": "a database in Notion",
  "mention-data-source": "a data source in Notion",
};

/** A mention, as text, as a link, or as a mention of the person's GitHub login, which is guarded like any other text. */
export function toMention(
  kind: string,
  attributes: Attributes,
  children: PhrasingContent[],
  conversion: Conversion,
): readonly PhrasingContent[] {
  const url = attributes["url"] ?? "";
  if (kind === "mention-date") return children.length > 0 ? children : [text(formatDates(attributes))];
  if (kind in PLACES) {
    const shown = children.length > 0 ? children : [text(PLACES[kind] ?? "")];
    return url === "" ? shown : [{ type: "link", url: toAddress(url), children: shown }];
  }
  const userId = kind === "mention-user" ? findUserId(attributes) : undefined;
  const login = userId === undefined ? undefined : conversion.mentionOf?.(userId);
  if (login !== undefined) return [text(`@${login}`)];
  if (children.length > 0) return children;
  conversion.drop("the name of a person who is mentioned");
  return [text("someone in Notion")];
}

function formatDates({ start = "", end, startTime, endTime }: Attributes): string {
  const from = [start, startTime].filter(Boolean).join(" ");
  const until = [end, endTime].filter(Boolean).join(" ");
  return until === "" ? from : `${from} → ${until}`;
}

/** Notion's own addresses may come without their host. */
export function toAddress(url: string): string {
  return url.startsWith("/") ? `https://www.notion.so${url}` : url;
}
