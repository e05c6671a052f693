import { describe, expect, test } from "vitest";
import { findReference } from "../../notion/reference.ts";

const cases: readonly { readonly text: string; readonly reference: string | null }[] = [
  { text: "acme/web#12", reference: "acme/web#12" },
  { text: "acme/web#12 · PR #15", reference: "acme/web#12" },
  { text: "  Acme-Inc/my.repo_1#7", reference: "Acme-Inc/my.repo_1#7" },
  { text: "octo_corp/web#3", reference: "octo_corp/web#3" },
  { text: "https://github.com/acme/web/issues/12", reference: "acme/web#12" },
  { text: "https://github.com/acme/web/pull/15#discussion_r1", reference: "acme/web#15" },
  { text: "see https://ghe.example/acme/web/issues/12?x=1", reference: "acme/web#12" },
  { text: "", reference: null },
  { text: "acme/web", reference: null },
  { text: "#12", reference: null },
  { text: "acme/web#0", reference: null },
  { text: "acme/web#12a", reference: null },
  { text: "a/b/c#12", reference: null },
  { text: "https://github.com/acme/web/discussions/12", reference: null },
];

describe("findReference", () => {
  test.each(cases)('reads "$text" as $reference', ({ text, reference }) => {
    expect(findReference(text)).toBe(reference);
  });
});
