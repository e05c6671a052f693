import { describe, expect, test } from "vitest";
import type { CreateEffect, Effect } from "../../sync/effect.ts";
import { creationIntent, intentOf, recoverBase } from "../../sync/intent.ts";
import type { Base } from "../../sync/model.ts";
import { anItem, aPage } from "../support/builders.ts";

const BASE: Base = {
  status: { page: "Ready", state: "open", reason: null },
  fields: { title: { page: "One", item: "One" } },
};
const page = aPage({ status: "Done", fields: { title: "Two" } });
const item = anItem({ state: "open", reason: null, fields: { title: "One" } });
const why = "changed in Notion";
const toGithub: readonly Effect[] = [
  { side: "github", kind: "update", field: "title", from: "One", to: "Two", why },
  { side: "github", kind: "close", field: "status", from: "open", to: "closed", reason: "completed", why },
];
const toNotion: readonly Effect[] = [{ side: "notion", kind: "update", field: "title", from: "One", to: "Two", why }];

describe("recoverBase", () => {
  test("takes what was to be written for our own write, so that a later edit of the page is seen as such", () => {
    const later = aPage({ status: "In Progress", fields: { title: "Three" } });
    const written = anItem({ state: "closed", reason: "completed", fields: { title: "Two" } });

    expect(recoverBase(BASE, intentOf(toGithub, page, item), later, written)).toEqual({
      status: { page: "Done", state: "closed", reason: "completed" },
      fields: { title: { page: "Two", item: "Two" } },
    });
  });

  test("takes what was to be written to the page for our own write, so that a later edit of the item is seen as such", () => {
    const intent = intentOf(toNotion, aPage({ fields: { title: "One" } }), anItem({ fields: { title: "Two" } }));
    const written = aPage({ fields: { title: "Two" } });
    const later = anItem({ fields: { title: "Three" } });

    expect(recoverBase(BASE, intent, written, later).fields).toEqual({ title: { page: "Two", item: "Two" } });
  });

  test("forgets the column and the draft state, which are written after the status, so that they are looked at again", () => {
    const before: Base = { ...BASE, status: { page: "Ready", state: "open", reason: null, column: "Todo", draft: true } };
    const written = anItem({ state: "closed", reason: "completed", fields: { title: "Two" } });

    expect(recoverBase(before, intentOf(toGithub, page, item), page, written).status).toEqual({
      page: "Done",
      state: "closed",
      reason: "completed",
    });
  });

  test("leaves the base of what was not written, or was edited since", () => {
    const intent = intentOf(toGithub, page, item);

    expect(recoverBase(BASE, intent, page, item)).toEqual(BASE);
    expect(recoverBase(BASE, intent, page, anItem({ fields: { title: "Four" } }))).toEqual(BASE);
  });
});

describe("creationIntent", () => {
  const create: CreateEffect = {
    ...{ side: "github", kind: "create", field: "item", from: null, to: "issue", repository: "acme/web", title: "One", why },
    fields: { type: "Bug", milestone: "v1.0", labels: ["bug", "odd"] },
  };
  const sent = aPage({ fields: { title: "One", type: "Bug", milestone: "v1.0", labels: ["bug", "odd"] } });
  const problems = [{ field: "labels", code: "label_missing", reason: "There is none.", remedy: "Make it." }];

  test("tells what was sent from what people did since, on either side; what went across in part is not in it", () => {
    const later = aPage({ fields: { title: "One", type: null, milestone: "v1.0", labels: ["bug", "odd"] } });
    const found = anItem({ fields: { title: "One", type: "Bug", milestone: "v1.1", labels: ["bug"] } });

    expect(recoverBase(BASE, creationIntent(create, sent, problems), later, found).fields).toEqual({
      title: { page: "One", item: "One" },
      type: { page: "Bug", item: "Bug" },
    });
  });
});
