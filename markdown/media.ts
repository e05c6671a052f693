import type { PhrasingContent } from "mdast";
import { isExpiring, isWebAddress, toFileName, type Conversion } from "./conversion.ts";
import { toAddress } from "./notion-elements.ts";
import { text, toPlain } from "./phrasing.ts";

/**
 * An image or file. One that is kept elsewhere goes along as it is; the address of one that Notion keeps ends within the hour, so
 * that its name and the way to the page stand in its place.
 */
export function toMedia(
  kind: string,
  url: string,
  caption: readonly PhrasingContent[],
  conversion: Conversion,
): readonly PhrasingContent[] {
  const plain = toPlain(caption).trim();
  if (isWebAddress(url) && !isExpiring(url)) {
    if (kind === "image") return [{ type: "image", url, alt: plain }];
    return [{ type: "link", url, children: plain === "" ? [text(toFileName(url) || url)] : [...caption] }];
  }
  const name = plain === "" ? toFileName(url) : plain;
  conversion.drop(name === "" ? `${article(kind)} ${kind}` : `the ${kind} “${name}”`);
  const label = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${name === "" ? "" : ` “${name}”`} (`;
  return [text(label), { type: "link", url: conversion.pageUrl, children: [text("original in Notion")] }, text(")")];
}

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");

/** A link; one to a file that Notion keeps leads to the page instead. */
export function toLink(url: string, children: PhrasingContent[], conversion: Conversion): readonly PhrasingContent[] {
  if (!isExpiring(url)) return [{ type: "link", url: toAddress(url), children: children.length === 0 ? [text(url)] : children }];
  return toMedia("file", url, children, conversion);
}
