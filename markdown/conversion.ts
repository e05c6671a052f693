import type { Attributes } from "./attributes.ts";

/** What a body is made with. */
export interface BodyOptions {
  /** Where the page is in Notion; what cannot be carried is looked up there. */
  readonly pageUrl: string;
  /** GitHub logins that may be mentioned for real. */
  readonly allowedMentions: readonly string[];
  /** The GitHub login of a Notion user, if the mapping knows one. */
  readonly mentionOf?: (userId: string) => string | undefined;
}

/** One conversion under way. */
export interface Conversion extends BodyOptions {
  /** Notes what is not carried over; the same is noted once. */
  drop(what: string): void;
}

const EXPIRES = /[?&](?:X-Amz-(?:Signature|Expires|Credential)|Signature|expirationTimestamp)=/i;
const NOTION_FILES = /^https?:\/\/(?:[\w-]+\.)*(?:notion\.so|notion\.com|notion-static\.com|notionusercontent\.com)\/.*[?&]/i;
const PREFIXED = /^https?:\/\/(?:prod-files-secure|s3)[\w.-]*\.amazonaws\.com\//i;

/** Whether a file's address is one of those that Notion makes anew for each read and that end within the hour. */
export function isExpiring(url: string): boolean {
  return EXPIRES.test(url) || PREFIXED.test(url) || (NOTION_FILES.test(url) && /\/(?:f|file|image|signed)\//.test(url));
}

/** Whether GitHub can follow the address. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s]/i.test(url);
}

/** The address without what changes from read to read. */
export function withoutQuery(url: string): string {
  return isExpiring(url) ? url.replace(/[?#].*$/s, "") : url;
}

/** The name of the file that an address leads to, or `""`. */
export function toFileName(url: string): string {
  const last = /\/([^/?#]+)(?:[?#].*)?$/s.exec(url.replace(/^\w+:\/\/[^/]*/, ""))?.[1] ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The id of a Notion user in an address such as `user://…`, as a lowercase UUID. */
export function findUserId({ url = "" }: Attributes): string | undefined {
  const hex = /([0-9a-f]{32})(?:[?#].*)?$/i.exec(url.replaceAll("-", ""))?.[1]?.toLowerCase();
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
