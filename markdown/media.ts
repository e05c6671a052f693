import type { BlockContent, PhrasingContent } from "mdast";
import { isExpiring, isWebAddress, toFileName, type Conversion } from "./conversion.ts";
import { toPlain } from "./notion-inline.ts";
import { finishPhrasing, text } from "./phrasing.ts";

/**
 * An image or file. One that is kept elsewhere goes along as it is; the address of one that Notion keeps ends within the hour, so
 * that its name and the way to the page stand in its place.
 */
export function toMedia(
  kind: string,
  url: string,
  caption: readonly PhrasingContent[],
  conversion: Conversion,
): readonly BlockContent[] {
  const plain = toPlain(caption).trim();
  if (isWebAddress(url) && !isExpiring(url)) {
    if (kind === "image") return toParagraph([{ type: "image", url, alt: plain }]);
    const shown = plain === "" ? [text(toFileName(url) || url)] : [...caption];
    return toParagraph(finishPhrasing([{ type: "link", url, children: shown }], conversion));
  }
  const name = plain === "" ? toFileName(url) : plain;
  const what = name === "" ? `${article(kind)} ${kind}` : `the ${kind} “${name}”`;
  conversion.drop(what);
  const label = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${name === "" ? "" : ` “${name}”`} (`;
  const link: PhrasingContent = { type: "link", url: conversion.pageUrl, children: [text("original in Notion")] };
  return toParagraph([...finishPhrasing([text(label)], conversion), link, text(")")]);
}

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");

const toParagraph = (children: PhrasingContent[]): readonly BlockContent[] => [{ type: "paragraph", children }];
