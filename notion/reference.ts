const TEXT = /(?:^|[^\w./-])([A-Za-z0-9][\w-]*\/[\w.-]+)#([1-9]\d*)(?!\w)/;
const PATH = /^\/([A-Za-z0-9][\w-]*\/[\w.-]+)\/(?:issues|pull)\/([1-9]\d*)(?:\/|$)/;

const parseUrl = (text: string): string | null => {
  for (const word of text.split(/\s+/)) {
    const path = URL.parse(word)?.pathname;
    const match = path === undefined ? null : PATH.exec(path);
    if (match?.[1] && match[2]) return `${match[1]}#${match[2]}`;
  }
  return null;
};

/**
 * Finds the first item that a "GitHub" property names, as `owner/name#12`, or `null` when it names none.
 *
 * @remarks Reads both `owner/name#12 · PR #15` and addresses of issues and pull requests, which people paste.
 */
export function findReference(text: string): string | null {
  const match = TEXT.exec(text);
  return match?.[1] && match[2] ? `${match[1]}#${match[2]}` : parseUrl(text);
}
