// Route of a page's content as Notion-flavored Markdown, version 1.
// https://developers.notion.com/guides/data-apis/enhanced-markdown
import { readUuid } from "./body.ts";
import { notFoundError } from "./errors.ts";
import { renderChildren, type Rendering } from "./markdown-blocks.ts";
import type { StoredBlock } from "./model.ts";
import type { Call, Services } from "./services.ts";

const MAX_BLOCKS = 20_000; // blocks in one answer, about; https://developers.notion.com/reference/retrieve-page-markdown
const MAX_UNKNOWN_IDS = 100; // same page
const LIFE_SECONDS = 3_600; // of a file's address

/** How the simulator answers for a page's content. */
export interface MarkdownProfile {
  /** Blocks in one answer; default 20,000. */
  readonly maxBlocks?: number;
  /** Types of blocks that Notion cannot read, as if they were not shared; default none. */
  readonly unknownTypes?: readonly string[];
}

const pageOf = ({ store }: Services, block: StoredBlock): string => {
  let place = block.parent;
  while (place.type === "block_id") place = store.blocks.get(place.block_id)?.parent ?? { type: "workspace", workspace: true };
  return place.type === "page_id" ? place.page_id : block.id;
};

/** `GET /v1/pages/{id}/markdown`; the id may be that of a block, whose content it then gives. */
export function retrieveMarkdown(services: Services, call: Call): object {
  const { store, clock, files, markdown: profile } = services;
  const id = readUuid(call.ids[0], "path.page_id");
  const block = store.blocks.get(id);
  if (!block && !store.pages.get(id)) throw notFoundError("page", id);
  const rendering: Rendering = {
    store,
    pageId: block ? pageOf(services, block) : id,
    room: profile.maxBlocks ?? MAX_BLOCKS,
    isTruncated: false,
    unknownIds: [],
    isUnknown: ({ type }) => profile.unknownTypes?.includes(type) === true,
    sign(url) {
      const date = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
      const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=${LIFE_SECONDS}`;
      return `${url}?${query}&X-Amz-Signature=${files.nextSignature()}`;
    },
  };
  const lines = renderChildren(rendering, id);
  return {
    object: "page_markdown",
    id,
    markdown: lines.join("\n"),
    truncated: rendering.isTruncated,
    unknown_block_ids: rendering.unknownIds.slice(0, MAX_UNKNOWN_IDS),
  };
}
