import type { Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkStringify from "remark-stringify";
import { unified } from "unified";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, { bullet: "-", rule: "-", emphasis: "*", strong: "*", fences: true, listItemIndent: "one" })
  .freeze();

/** Reads GitHub-flavoured Markdown. */
export function parseMarkdown(markdown: string): Root {
  return processor.parse(markdown);
}

/** Writes GitHub-flavoured Markdown, always in the same style. */
export function formatMarkdown(root: Root): string {
  return processor.stringify(root).trim();
}
