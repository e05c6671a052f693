import type { BlockContent, PhrasingContent } from "mdast";
import type { Attributes } from "./attributes.ts";
import { text } from "./phrasing.ts";

/** GitHub's alerts by the icons that people give to such callouts in Notion. */
const ALERTS: Readonly<Record<string, string>> = {
  ℹ: "NOTE",
  "📝": "NOTE",
  "💡": "TIP",
  "❗": "IMPORTANT",
  "📌": "IMPORTANT",
  "⚠": "WARNING",
  "🛑": "CAUTION",
  "⛔": "CAUTION",
  "🚫": "CAUTION",
};
const VARIATION = /\ufe0f/g; // asks for an emoji in colours
const IS_ICON = /^\p{Extended_Pictographic}|^\p{Regional_Indicator}/u;

/** A callout as an alert if its icon means one and alerts can be shown there, else as a quote that begins with the icon. */
export function toCallout({ icon = "" }: Attributes, children: BlockContent[], isNested: boolean): readonly BlockContent[] {
  const kind = isNested || children.length === 0 ? undefined : ALERTS[icon.replaceAll(VARIATION, "")];
  if (kind !== undefined) return [{ type: "blockquote", children: lead([{ type: "html", value: `[!${kind}]\n` }], children) }];
  const shown = IS_ICON.test(icon) ? [text(`${icon} `)] : [];
  return children.length + shown.length === 0 ? [] : [{ type: "blockquote", children: lead(shown, children) }];
}

/** Puts text before the first paragraph, or before what stands first. */
function lead(nodes: PhrasingContent[], blocks: BlockContent[]): BlockContent[] {
  const [first, ...rest] = blocks;
  if (nodes.length === 0) return blocks;
  if (first?.type === "paragraph") return [{ ...first, children: [...nodes, ...first.children] }, ...rest];
  const alone = nodes.map((node) => ("value" in node ? { ...node, value: node.value.trimEnd() } : node));
  return [{ type: "paragraph", children: alone }, ...blocks];
}
