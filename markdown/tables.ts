import type { BlockContent, PhrasingContent, TableCell, TableRow } from "mdast";
import type { Attributes } from "./attributes.ts";
import type { Conversion } from "./conversion.ts";
import { parseInline } from "./notion-inline.ts";

const ROW = /<tr(?:\s[^>]*)?>([\s\S]*?)<\/tr>/g;
const CELL = /<t[dh](?:\s[^>]*)?>([\s\S]*?)<\/t[dh]>/g;

/** Reads the rows of Notion's table; GitHub's has a row of headings always, which is empty if Notion's has none. */
export function parseTable(attributes: Attributes, lines: readonly string[], conversion: Conversion): readonly BlockContent[] {
  const isTrue = (name: string): boolean => attributes[name] === "true";
  const cells = [...lines.join("\n").matchAll(ROW)].map((row) =>
    [...(row[1] ?? "").matchAll(CELL)].map((cell, column) => {
      const children = parseInline((cell[1] ?? "").replaceAll(/\s+/g, " ").trim(), conversion).flatMap(withoutLines);
      const isHeading = isTrue("header-column") && column === 0 && children.length > 0;
      return toCell(isHeading ? [{ type: "strong", children }] : children);
    }),
  );
  const width = Math.max(0, ...cells.map((row) => row.length));
  if (width === 0) return [];
  const pad = (row: readonly TableCell[]): TableRow => ({
    type: "tableRow",
    children: Array.from({ length: width }, (_, column) => row[column] ?? toCell([])),
  });
  const rows = isTrue("header-row") ? cells : [[], ...cells];
  return [{ type: "table", align: Array.from({ length: width }, () => null), children: rows.map(pad) }];
}

const toCell = (children: PhrasingContent[]): TableCell => ({ type: "tableCell", children });

/** A cell is part of one line. */
function withoutLines(node: PhrasingContent): PhrasingContent {
  if (node.type === "break") return { type: "html", value: "<br>" };
  return "children" in node ? { ...node, children: node.children.map(withoutLines) } : node;
}
