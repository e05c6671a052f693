const PLAIN_ID = /^[0-9a-f]{32}$/;

/** Gives a Notion id as lowercase UUID with dashes; what is no UUID is only lowercased. */
export function toNotionId(id: string): string {
  const lower = id.toLowerCase();
  const plain = lower.replaceAll("-", "");
  if (!PLAIN_ID.test(plain)) return lower;
  return [plain.slice(0, 8), plain.slice(8, 12), plain.slice(12, 16), plain.slice(16, 20), plain.slice(20)].join("-");
}

/** Says whether a text is a Notion id, with or without dashes. */
export function isNotionId(text: string): boolean {
  return PLAIN_ID.test(text.toLowerCase().replaceAll("-", ""));
}
