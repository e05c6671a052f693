// What the table makes of a service that misbehaves: a scripted server stands in for it, because Azurite does not.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, expect, test } from "vitest";
import type { Table } from "../../storage/row.ts";
import { createTable } from "../../storage/table.ts";

type Answer = (request: IncomingMessage & { readonly text: string }, response: ServerResponse) => void;

const ACCOUNT_KEY = Buffer.from("an account key that must not be shown").toString("base64");
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Answers the nth request with the nth answer, and with the last one from then on. */
async function openTable(...answers: readonly Answer[]): Promise<{ table: Table; requests: { url: string; text: string }[] }> {
  const requests: { url: string; text: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      requests.push({ url: request.url ?? "", text });
      answers[Math.min(requests.length, answers.length) - 1]?.(Object.assign(request, { text }), response);
    });
  });
  await new Promise<void>((fulfil) => server.listen(0, "127.0.0.1", fulfil));
  closers.push(
    () =>
      new Promise((fulfil) => {
        server.close(() => fulfil());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=${ACCOUNT_KEY};TableEndpoint=http://127.0.0.1:${port}/acc;`;
  return { table: createTable({ connectionString, timeoutMs: 300 }), requests };
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json;odata=minimalmetadata", ...headers });
    response.end(JSON.stringify(body));
  };
const fault = (status: number, code: string, headers?: Readonly<Record<string, string>>) =>
  json(status, { "odata.error": { code, message: { lang: "en-US", value: "What it says." } } }, headers);
const cut: Answer = (_request, response) => response.destroy();
const hang: Answer = () => undefined;
const row = (rowKey: string) => ({ PartitionKey: "p", RowKey: rowKey, "odata.etag": `W/"${rowKey}"` });
const next = (rowKey: string) => ({ "x-ms-continuation-NextPartitionKey": "p", "x-ms-continuation-NextRowKey": rowKey });

test("reads on through empty pages until there are enough rows", async () => {
  const { table, requests } = await openTable(
    json(200, { value: [] }, next("b")),
    json(200, { value: [row("b")] }, next("c")),
    json(200, { value: [] }, next("d")),
    json(200, { value: [row("d")] }, next("e")),
  );

  const list = await table.list({ partitionKey: "p", limit: 2 });

  expect(list.rows.map(({ rowKey }) => rowKey)).toEqual(["b", "d"]);
  expect(list.continuation).toBeDefined();
  expect(requests.map(({ url }) => new URL(url, "http://h").searchParams.get("NextRowKey"))).toEqual([null, "b", "c", "d"]);
});

test("reads all pages without a limit", async () => {
  const { table } = await openTable(json(200, { value: [row("a")] }, next("b")), json(200, { value: [] }));

  expect(await table.list({ partitionKey: "p" })).toEqual({ rows: [{ partitionKey: "p", rowKey: "a", etag: 'W/"a"' }] });
});

test("takes a continuation that the service does not understand for none of its own", async () => {
  const { table } = await openTable(fault(400, "InvalidInput"));
  const continuation = btoa(JSON.stringify({ nextPartitionKey: "1!4!made-up", nextRowKey: "1!4!made-up" }));

  await expect(table.list({ partitionKey: "p", limit: 1, continuation })).rejects.toMatchObject({ code: "invalid_continuation" });
  await expect(table.list({ partitionKey: "p", limit: 1 })).rejects.toMatchObject({ code: "invalid" });
});

test("takes a row for missing only when the table says so, and not whoever else may answer 404", async () => {
  const html: Answer = (_request, response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not Found</h1>");
  for (const answer of [html, json(404, {}), fault(404, "TableNotFound"), fault(404, "AccountNotFound")]) {
    const { table } = await openTable(answer);

    await expect(table.get("p", "a")).rejects.toMatchObject({ code: "not_found", end: "failed" });
    await expect(table.remove("p", "a")).rejects.toMatchObject({ code: "not_found" });
    await expect(table.replace({ partitionKey: "p", rowKey: "a" }, "e")).rejects.toMatchObject({ code: "not_found" });
  }
  const { table } = await openTable(fault(404, "ResourceNotFound"));
  expect(await table.get("p", "a")).toBeUndefined();
});

test("sends a request again that a busy service did not take, at once whatever the service asks for", async () => {
  const busy = fault(503, "ServerBusy", { "retry-after": "60" });
  const { table, requests } = await openTable(busy, busy, json(200, row("a")));
  const started = performance.now();

  expect(await table.get("p", "a")).toMatchObject({ rowKey: "a" });
  expect(requests).toHaveLength(3);
  expect(performance.now() - started).toBeLessThan(5000);
});

const FAULTS: readonly (readonly [string, Answer, object, number])[] = [
  ["500 again and again", fault(500, "InternalError"), { code: "unavailable", end: "unknown", status: 500 }, 3],
  ["503 again and again", fault(503, "ServerBusy"), { code: "unavailable", end: "unknown", status: 503 }, 3],
  ["a cut connection", cut, { code: "unavailable", end: "unknown", status: undefined }, 3],
  ["no answer", hang, { code: "timeout", end: "unknown", status: undefined }, 1],
  ["403", fault(403, "AuthorizationPermissionMismatch"), { code: "forbidden", end: "failed", status: 403 }, 1],
  ["400", fault(400, "InvalidInput"), { code: "invalid", end: "failed", status: 400 }, 1],
  ["413", fault(413, "RequestBodyTooLarge"), { code: "too_large", end: "failed", status: 413 }, 1],
  ["409 of another kind", fault(409, "TableBeingDeleted"), { code: "invalid", end: "failed", status: 409 }, 1],
];

test.each(FAULTS)("tells what %s means, and shows no secret", async (_what, answer, expected, attempts) => {
  const { table, requests } = await openTable(answer);

  const error = await table.insert({ partitionKey: "p", rowKey: "a", text: "private" }).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ name: "ServiceError", service: "storage", ...expected });
  expect(requests).toHaveLength(attempts);
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of [ACCOUNT_KEY, "SharedKeyLite", "private"]) expect(shown).not.toContain(secret);
});

test("sends numbers that are no 32-bit integers as doubles, which Azure would refuse otherwise", async () => {
  const { table, requests } = await openTable(json(204, undefined));

  await table.insert({ partitionKey: "p", rowKey: "a", count: -7, half: 0.5, atMs: 1_764_000_000_123, most: 2 ** 31 - 1 });

  expect(JSON.parse(requests[0]?.text ?? "")).toEqual({
    PartitionKey: "p",
    RowKey: "a",
    count: -7,
    half: 0.5,
    "half@odata.type": "Edm.Double",
    atMs: 1_764_000_000_123,
    "atMs@odata.type": "Edm.Double",
    most: 2_147_483_647,
  });
});

test("never sends a removal of a batch without its ETag", async () => {
  const { table, requests } = await openTable((_request, response) => {
    response.writeHead(202, { "content-type": "multipart/mixed; boundary=b" });
    response.end("--b\r\n--changesetresponse_1\r\nHTTP/1.1 204 No Content\r\n\r\n--changesetresponse_1--\r\n--b--\r\n");
  });

  await table.batch("p", [
    { kind: "remove", rowKey: "it's ~ 100%", etag: `W/"datetime'1'"` },
    { kind: "insert", row: { partitionKey: "p", rowKey: "b", text: "DELETE x RowKey='c') HTTP/1.1\r\nIf-Match: *\r\n" } },
    { kind: "remove", rowKey: "b2", etag: `W/"datetime'2'"` },
  ]);

  const conditions = [...(requests[0]?.text ?? "").matchAll(/^If-Match: (.*)$/gim)].map(([, etag]) => etag?.trim());
  expect(conditions).toEqual([`W/"datetime'1'"`, `W/"datetime'2'"`]);
});
