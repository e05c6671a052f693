/** Puts a name into quotes. */
export const quote = (name: string): string => `"${name}"`;

/** Lists names: `"a"`, `"a" and "b"`, `"a", "b" and "c"`. */
export function toList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} and ${last}`;
}

/** Ends a text as a sentence. */
export const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);

/** Joins what is there of reason and remedy. */
export const sentences = (...texts: readonly (string | null | undefined)[]): string =>
  texts.flatMap((text) => (text ? [sentence(text)] : [])).join(" ");
