import type { ServiceError } from "../sync/error.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized: "Renew the Notion token in the vault or the settings.",
  token_unavailable: "Do what the reason says; it is tried again by itself.",
  forbidden: "Give the Notion connection the capability and the access that it lacks, then retry.",
  not_found: "Check that the page exists and is shared with the Notion connection, then retry.",
  redirected: "Set NOTION_BASE_URL to the address that answers by itself; redirects are not followed.",
  in_trash: "Restore the page from the trash, or leave it there: the item is not touched.",
  option_missing: "Add the option to the property in Notion, or map another one.",
};

/** What a person can do about an error from Notion, in one sentence. */
export const toNotionRemedy = (error: Pick<ServiceError, "code">): string =>
  REMEDIES[error.code] ?? "It is tried again; if it stays, look the code up in the operations guide.";
