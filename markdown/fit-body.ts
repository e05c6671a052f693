import type { List, RootContent } from "mdast";
import { formatMarkdown, parseMarkdown } from "./processor.ts";
import { placeRegion } from "./region.ts";

/** Characters of an issue's or pull request's body; found by many projects. */
export const MAX_BODY_CHARS = 65_536;

export interface FitOptions {
  /** Where the whole text can be read. */
  readonly pageUrl: string;
  /** Characters; default 65,536. */
  readonly limit?: number;
}

/** A body that GitHub takes. */
export interface FittedBody {
  readonly body: string;
  /** Whether the region was cut; it then ends with a link to the page. */
  readonly isCut: boolean;
}

/** GitHub counts code points, so that most emojis are one character. */
const lengthOf = (text: string): number => (text.length > MAX_BODY_CHARS / 2 ? Array.from(text).length : text.length);

/**
 * Puts the region into the body, cut at the border of a block if the whole would be longer than GitHub takes.
 *
 * @param outside The body with all that is to stay, such as other people's text and the marker; with or without a region.
 * @returns The body as it is, cut off nowhere, when there is no room for a region at all.
 * @remarks Pure: the same region and body are cut at the same place.
 */
export function fitBody(region: string, outside: string, { pageUrl, limit = MAX_BODY_CHARS }: FitOptions): FittedBody {
  const whole = placeRegion(outside, region);
  if (lengthOf(whole) <= limit) return { body: whole, isCut: false };
  const notice = `*The page is longer than GitHub takes: [read on in Notion](${pageUrl}).*`;
  const free = limit - lengthOf(placeRegion(outside, notice)) - 2;
  const kept = free > 0 ? cutBlocks(region, free) : "";
  const body = placeRegion(outside, kept === "" ? notice : `${kept}\n\n${notice}`);
  return lengthOf(body) <= limit ? { body, isCut: true } : { body: outside, isCut: true };
}

/** As many whole blocks from the beginning as fit; of a list that is too long, as many items. */
function cutBlocks(region: string, limit: number): string {
  const { children } = parseMarkdown(region);
  let kept = "";
  let open = 0; // HTML that is opened and not closed would swallow what comes after it
  for (const [index, block] of children.entries()) {
    const end = block.position?.end.offset ?? 0;
    if (lengthOf(region.slice(0, end)) > limit) {
      const part = open === 0 && block.type === "list" ? cutList(block, children.slice(0, index), limit) : "";
      return part === "" ? kept : part;
    }
    open += countOpened(block);
    if (open === 0) kept = region.slice(0, end);
  }
  return kept;
}

function countOpened(block: RootContent): number {
  if (block.type !== "html") return 0;
  const count = (pattern: RegExp): number => block.value.match(pattern)?.length ?? 0;
  return count(/<details[\s>]/g) - count(/<\/details>/g);
}

function cutList(list: List, before: readonly RootContent[], limit: number): string {
  const write = (count: number): string =>
    formatMarkdown({ type: "root", children: [...before, { ...list, children: list.children.slice(0, count) }] });
  let fits = 0;
  let tooMany = list.children.length;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (lengthOf(write(middle)) <= limit) fits = middle;
    else tooMany = middle;
  }
  return fits === 0 ? "" : write(fits);
}
