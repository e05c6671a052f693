interface Shown {
  readonly title?: readonly { readonly plain_text: string }[];
  readonly rich_text?: readonly { readonly plain_text: string }[];
  readonly status?: { readonly name: string } | null;
}

/** The text of a title, a text or a status property, as the simulator keeps it. */
export function textOf(property: unknown): string {
  const { title, rich_text: richText, status } = property as Shown;
  return status?.name ?? [...(title ?? []), ...(richText ?? [])].map((part) => part.plain_text).join("");
}
