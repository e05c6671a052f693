import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { readText } from "../../functions/respond.ts";

const LIMIT = 1_000; // bytes

/** A request as the worker hands it over; what it says of its length need not be true. */
const aRequest = (body: string, length?: number): HttpRequest =>
  new HttpRequest({
    method: "POST",
    url: "http://app.test/api/sync",
    headers: length === undefined ? {} : { "content-length": String(length) },
    body: { string: body },
  });

describe("readText", () => {
  test("reads what is as long as may be, whether it says so or not", async () => {
    expect(await readText(aRequest("x".repeat(LIMIT), LIMIT), LIMIT)).toHaveLength(LIMIT);
    expect(await readText(aRequest("x".repeat(LIMIT)), LIMIT)).toHaveLength(LIMIT);
  });

  test.each([
    ["that came in chunks, without a length", aRequest("x".repeat(LIMIT + 1))],
    ["that says that it is shorter", aRequest("x".repeat(LIMIT + 1), 1)],
    ["that is too long in bytes alone", aRequest("é".repeat(LIMIT / 2 + 1), 1)],
  ])("refuses a body %s", async (_, request) => {
    expect(await readText(request, LIMIT)).toBeUndefined();
  });

  test("does not read a body that says that it is too long", async () => {
    const request = aRequest("x", LIMIT + 1);

    expect(await readText(request, LIMIT)).toBeUndefined();
    expect(request.bodyUsed).toBe(false);
  });
});
