import { parseReference } from "../sync/reference.ts";
import { toPageId } from "./page-id.ts";

/** What a person asks about. */
export type Address =
  | { readonly kind: "page"; readonly pageId: string }
  | {
      readonly kind: "item";
      /** `owner/name` */
      readonly repository: string;
      readonly number: number;
      /** The web address without what follows the number; `null`: it was named as `owner/name#12`. */
      readonly url: string | null;
    };

const MAX_CHARS = 2_048;
const NOTION_HOST = /(^|\.)notion\.(so|com|site)$/;
const ID_AT_END = /(?:^|-)([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const ITEM_PATH = /^(\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/([1-9]\d{0,8}))(?:\/|$)/; // beyond 32 bits GitHub answers an error
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const BARE_HOST = /^[\w-]+(\.[\w-]+)+\//;

/** What is taken, for whoever asked otherwise. */
export const ADDRESS_FORMS =
  'Give "url": the address or the id of a Notion page, the address of an issue or pull request on GitHub, or owner/name#12. In a URL it has to be encoded: # is %23, & is %26.';

/** Reads the address of a page or an item, or what names it; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARS) return undefined;
  const pageId = toPageId(trimmed);
  if (pageId !== undefined) return { kind: "page", pageId };
  const url = toUrl(trimmed);
  if (url) return NOTION_HOST.test(url.hostname.toLowerCase()) ? ofPage(url) : ofItem(url);
  const reference = parseReference(trimmed);
  return reference && { kind: "item", ...reference, url: null };
}

function toUrl(text: string): URL | undefined {
  const url = URL.parse(SCHEME.test(text) ? text : BARE_HOST.test(text) ? `https://${text}` : "");
  return url && ["https:", "http:", "notion:"].includes(url.protocol) ? url : undefined;
}

/** A page that is shown over its database is named by `p`; the database itself, of which `v` names a view, is no page. */
function ofPage(url: URL): Address | undefined {
  const shownOver = url.searchParams.get("p");
  if (shownOver === null && url.searchParams.has("v")) return undefined;
  const last = url.pathname.split("/").findLast((part) => part !== "") ?? "";
  const pageId = toPageId(shownOver ?? ID_AT_END.exec(last)?.[1] ?? "");
  return pageId === undefined ? undefined : { kind: "page", pageId };
}

function ofItem(url: URL): Address | undefined {
  const [, path, repository, number] = ITEM_PATH.exec(url.pathname) ?? [];
  if (path === undefined || repository === undefined || number === undefined) return undefined;
  return { kind: "item", repository, number: Number(number), url: `${url.origin}${path}` };
}
