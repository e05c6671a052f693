/** The attributes of a tag or of a list in braces. */
export type Attributes = Readonly<Record<string, string>>;

const ENTITIES: Readonly<Record<string, string>> = { "&quot;": '"', "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const TRAILING = / ?(?<!\\)\{((?:\s*[\w-]+="[^"]*")+)\s*\}$/;

/** Reads `name="value"` pairs. */
export function parseAttributes(text: string): Attributes {
  const attributes: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/([\w-]+)="([^"]*)"/g))
    attributes[name] = value.replaceAll(/&(?:quot|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
  return attributes;
}

/** Takes Notion's list of attributes, such as ` {color="blue"}`, from the end of a line. */
export function takeAttributes(line: string): { readonly text: string; readonly attributes: Attributes } {
  const match = TRAILING.exec(line);
  if (!match) return { text: line, attributes: {} };
  return { text: line.slice(0, match.index), attributes: parseAttributes(match[1] ?? "") };
}
