import type { PhrasingContent, RootContent } from "mdast";
import type { BodyOptions } from "./conversion.ts";
import { parseBlocks } from "./notion-blocks.ts";
import { finishPhrasing, text } from "./phrasing.ts";
import { formatMarkdown } from "./processor.ts";

/** A page's content as GitHub shows it. */
export interface GithubBody {
  /** GitHub-flavoured Markdown, without white space at its ends; ends with the list of what is not carried over. */
  readonly markdown: string;
  /** What cannot be carried, in the order of the page, each once. */
  readonly dropped: readonly string[];
}

/**
 * Writes what Notion says of a page's content as GitHub-flavoured Markdown: no mention, reference or address of an issue in it is
 * live unless allowed, and no address in it ends.
 *
 * @param notionMarkdown Notion-flavoured Markdown, version 1.
 * @remarks Pure: the same content gives the same body, although Notion's file addresses differ from read to read.
 * @see https://developers.notion.com/guides/data-apis/enhanced-markdown
 */
export function toGithubBody(notionMarkdown: string, options: BodyOptions): GithubBody {
  const dropped = new Set<string>();
  const conversion = { ...options, drop: (what: string) => void dropped.add(what) };
  const lines = notionMarkdown.replaceAll(/\r\n?/g, "\n").split("\n");
  const blocks: RootContent[] = parseBlocks(lines, conversion);
  if (dropped.size > 0) blocks.push(toNote([...dropped], options));
  return { markdown: formatMarkdown({ type: "root", children: blocks }), dropped: [...dropped] };
}

function toNote(dropped: readonly string[], options: BodyOptions): RootContent {
  const link: PhrasingContent = { type: "link", url: options.pageUrl, children: [text("the page in Notion")] };
  const list = finishPhrasing([text(`: ${dropped.join("; ")}.`)], options);
  return { type: "paragraph", children: [{ type: "emphasis", children: [text("Only on "), link, ...list] }] };
}
