import type { PageSnapshot } from "../sync/model.ts";

/** The text of a new item without the marker: where it was planned. */
export function issueBody(page: PageSnapshot): string {
  return `Planned in [Notion](${page.url}).`;
}
