import { toGithubBody, type GithubBody } from "../../markdown/github-body.ts";

export const PAGE_URL = "https://app.notion.com/p/aa000000000000000000000000000001";
export const ADA_ID = "ada00000-0000-4000-8000-000000000001";

/** Converts lines of Notion's Markdown. */
export function convert(
  lines: readonly string[] | string,
  options: Partial<Parameters<typeof toGithubBody>[1]> = {},
): GithubBody {
  return toGithubBody(typeof lines === "string" ? lines : lines.join("\n"), {
    pageUrl: PAGE_URL,
    allowedMentions: [],
    ...options,
  });
}

/** U+200B made visible. */
export const shown = (text: string): string => text.replaceAll("\u200b", "·");
