// A person at work on both boards, by the vendors' own clients and with a token of their own.
import { Client } from "@notionhq/client";
import type { PageObjectResponse } from "@notionhq/client";
import { graphql } from "@octokit/graphql";
import type { GithubSimulator } from "../../local/github-api/simulator.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import type { NotionSimulator } from "../../local/notion-api/simulator.ts";

/** An issue as a person sees it. */
export interface IssueSeen {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "OPEN" | "CLOSED";
  readonly stateReason: string | null;
  readonly url: string;
}

export interface Person {
  createPage(page: { readonly title?: string; readonly status?: string; readonly dataSourceId?: string }): Promise<string>;
  setPage(pageId: string, properties: Readonly<Record<string, unknown>>): Promise<void>;
  setStatus(pageId: string, status: string): Promise<void>;
  setTitle(pageId: string, title: string): Promise<void>;
  trashPage(pageId: string, inTrash?: boolean): Promise<void>;
  movePage(pageId: string, dataSourceId: string): Promise<void>;
  readPage(pageId: string): Promise<PageObjectResponse>;
  /** The text of a property. */
  textOf(pageId: string, property: string): Promise<string>;
  issues(): Promise<readonly IssueSeen[]>;
  /** The issues whose title is this. */
  issuesTitled(title: string): Promise<readonly IssueSeen[]>;
  github<T>(document: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
}

interface PersonOptions {
  readonly notion: NotionSimulator;
  readonly github: GithubSimulator;
  readonly busy: <T>(work: Promise<T>) => Promise<T>;
}

const ISSUES = `query($after: String) { repository(owner: "acme", name: "widgets") { issues(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { id number title body state stateReason url } } } }`;

interface IssuePage {
  readonly repository: {
    readonly issues: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly nodes: readonly IssueSeen[];
    };
  };
}

/** Creates a person. */
export function createPerson({ notion, github, busy }: PersonOptions): Person {
  const client = new Client({
    auth: "ntn_ada",
    notionVersion: "2026-03-11",
    retry: false,
    fetch: ((input: string | URL | Request, init?: RequestInit) => notion.fetch(new Request(input, init))) as never,
  });
  const api = graphql.defaults({
    headers: { authorization: "token ghp_demo_ada" },
    request: { fetch: (input: string, init?: RequestInit) => github.fetch(new Request(input, init)) },
  });
  const send = <T>(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> =>
    busy(api<T>(document, variables));

  const setPage: Person["setPage"] = async (pageId, properties) => {
    await busy(client.pages.update({ page_id: pageId, properties: properties as never }));
  };
  const readPage: Person["readPage"] = async (pageId) =>
    (await busy(client.pages.retrieve({ page_id: pageId }))) as PageObjectResponse;
  const issues: Person["issues"] = async () => {
    const all: IssueSeen[] = [];
    let after: string | null = null;
    do {
      const page: IssuePage = await send<IssuePage>(ISSUES, { after });
      all.push(...page.repository.issues.nodes);
      after = page.repository.issues.pageInfo.hasNextPage ? page.repository.issues.pageInfo.endCursor : null;
    } while (after !== null);
    return all;
  };

  return {
    async createPage({ title = "A task", status, dataSourceId = DEMO_DATA_SOURCE_ID }) {
      const properties = { Name: toTitle(title), ...(status === undefined ? {} : { Status: { status: { name: status } } }) };
      const page = await busy(client.pages.create({ parent: { data_source_id: dataSourceId }, properties: properties as never }));
      return page.id;
    },
    setPage,
    setStatus: (pageId, status) => setPage(pageId, { Status: { status: { name: status } } }),
    setTitle: (pageId, title) => setPage(pageId, { Name: toTitle(title) }),
    async trashPage(pageId, inTrash = true) {
      await busy(client.pages.update({ page_id: pageId, in_trash: inTrash }));
    },
    async movePage(pageId, dataSourceId) {
      await busy(client.pages.move({ page_id: pageId, parent: { type: "data_source_id", data_source_id: dataSourceId } }));
    },
    readPage,
    async textOf(pageId, property) {
      const value = (await readPage(pageId)).properties[property];
      if (value?.type === "title") return value.title.map((part) => part.plain_text).join("");
      if (value?.type === "rich_text") return value.rich_text.map((part) => part.plain_text).join("");
      if (value?.type === "status") return value.status?.name ?? "";
      throw new Error(`There is no text in "${property}".`);
    },
    issues,
    issuesTitled: async (title) => (await issues()).filter((issue) => issue.title === title),
    github: send,
  };
}

function toTitle(text: string): unknown {
  return { title: [{ text: { content: text } }] };
}
