import type { GetPagePropertyResponse, PropertyItemListResponse } from "@notionhq/client";
import { ServiceError } from "../sync/error.ts";
import type { Requester } from "./request.ts";
import type { NotionPage, PropertyValue } from "./schema.ts";

/** Results of one request. @see https://developers.notion.com/reference/pagination */
const MAX_PAGE_SIZE = 100;

type Item = PropertyItemListResponse["results"][number];

const isList = (answer: GetPagePropertyResponse): answer is PropertyItemListResponse => answer.object === "list";

const listItems = async (send: Requester, pageId: string, propertyId: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const start: { start_cursor?: string } = cursor === null ? {} : { start_cursor: cursor };
    const answer: GetPagePropertyResponse = await send("read", (client) =>
      client.pages.properties.retrieve({ page_id: pageId, property_id: propertyId, page_size: MAX_PAGE_SIZE, ...start }),
    );
    if (!isList(answer)) {
      throw new ServiceError({
        service: "notion",
        code: "malformed_answer",
        end: "failed",
        message: "Notion gave a single value where a list was expected.",
      });
    }
    items.push(...answer.results);
    cursor = answer.has_more ? answer.next_cursor : null;
  } while (cursor !== null);
  return items;
};

const withItems = (property: PropertyValue, items: readonly Item[]): PropertyValue => {
  switch (property.type) {
    case "people":
      return { ...property, people: items.flatMap((item) => (item.type === "people" ? [item.people] : [])) };
    case "relation":
      return { ...property, relation: items.flatMap((item) => (item.type === "relation" ? [item.relation] : [])) };
    case "title":
      return { ...property, title: items.flatMap((item) => (item.type === "title" ? [item.title] : [])) };
    case "rich_text":
      return { ...property, rich_text: items.flatMap((item) => (item.type === "rich_text" ? [item.rich_text] : [])) };
    default:
      return property;
  }
};

/** Gives the page with all entries of these properties, and each of them marked as whole. */
export async function readWholeProperties(
  send: Requester,
  page: NotionPage,
  propertyIds: readonly string[],
): Promise<NotionPage> {
  const properties = { ...page.properties };
  for (const [name, property] of Object.entries(page.properties)) {
    if (!propertyIds.includes(property.id)) continue;
    const whole = withItems(property, await listItems(send, page.id, property.id));
    properties[name] = Object.assign(whole, { has_more: false });
  }
  return { ...page, properties };
}
