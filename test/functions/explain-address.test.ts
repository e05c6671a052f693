import { describe, expect, test } from "vitest";
import { parseAddress } from "../../functions/explain-address.ts";

const HEX = "153104cd477e809d8dc4ff2d96ae3090";
const PAGE_ID = "153104cd-477e-809d-8dc4-ff2d96ae3090";
const OTHER_HEX = "98024f3cb1d34aeca301f01e0dacf023";

describe("parseAddress", () => {
  test.each([
    HEX,
    HEX.toUpperCase(),
    PAGE_ID,
    ` ${PAGE_ID} `,
    `https://www.notion.so/${HEX}`,
    `https://notion.so/acme/Fix-the-door-${HEX}`,
    `https://www.notion.so/acme/Fix-the-door-${HEX}?pvs=4#${OTHER_HEX}`,
    `https://www.notion.so/acme/Fix-the-door-${PAGE_ID}`,
    `https://www.notion.so/acme/${OTHER_HEX}?v=${OTHER_HEX}&p=${HEX}&pm=s`,
    `https://www.notion.so/acme/${OTHER_HEX}?p=${HEX}`,
    `https://app.notion.com/p/${HEX}`,
    `https://app.notion.com/p/acme/Fix-the-door-${HEX}/`,
    `https://acme.notion.site/Fix-the-door-${HEX}`,
    `notion://www.notion.so/acme/Fix-the-door-${HEX}`,
    `www.notion.so/Fix-the-door-${HEX}`,
  ])("finds the page of %s", (text) => {
    expect(parseAddress(text)).toEqual({ kind: "page", pageId: PAGE_ID });
  });

  test.each([
    ["acme/web#12", null],
    ["acme/web#12 · PR #15", null],
    ["https://github.com/acme/web/issues/12", "https://github.com/acme/web/issues/12"],
    ["https://github.com/acme/web/pull/12/files?w=1#diff", "https://github.com/acme/web/pull/12"],
    ["github.com/acme/web/issues/12#issuecomment-1", "https://github.com/acme/web/issues/12"],
    ["https://github.example.com/acme/web/issues/12", "https://github.example.com/acme/web/issues/12"],
  ])("finds the item of %s", (text, url) => {
    expect(parseAddress(text)).toEqual({ kind: "item", repository: "acme/web", number: 12, url });
  });

  test.each([
    "",
    "12",
    "#12",
    "acme#12",
    "acme/web",
    "acme/web#0",
    "acme/web#99999999999",
    `${HEX}0`,
    "https://www.notion.so/acme/Fix-the-door",
    `https://www.notion.so/acme/${OTHER_HEX}?v=${HEX}`,
    "https://www.notion.so/acme/issues/12",
    `https://example.com/${HEX}`,
    `https://notion.so.example.com/${HEX}`,
    "https://github.com/acme/web",
    "https://github.com/acme/web/issues",
    "https://github.com/acme/web/issues/0",
    "https://github.com/acme/web/issues/99999999999",
    "https://github.com/acme/web/commit/12",
    "javascript://github.com/acme/web/issues/12",
    "https://[/acme/web/issues/12",
    `acme/web#12${" ".repeat(3_000)}x`,
  ])("finds nothing in %s", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
