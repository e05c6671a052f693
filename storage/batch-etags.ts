// The SDK sends every removal of a transaction with `If-Match: *`, and takes no ETag for it. What is removed here was read
// before and may have changed since, so the ETags are put into the request on its way out.
import type { TableServiceClientOptions } from "@azure/data-tables";
import type { BatchOperation } from "./row.ts";

/** A step on the way of a request of the SDK. */
export type Policy = NonNullable<TableServiceClientOptions["additionalPolicies"]>[number]["policy"];

const REMOVAL = /^(DELETE \S*RowKey='(\S*)'\)\S* HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*?If-Match: )\*(?=\r\n)/gim;

/** Makes the removals of batches depend on their ETags: `policy` goes into the client, the options into each transaction. */
export function createBatchEtags(): {
  readonly policy: Policy;
  optionsFor(operations: readonly BatchOperation[]): { readonly abortSignal: AbortSignal };
} {
  // The signal is the one thing that goes with a transaction from the call to the policy; it is never aborted.
  const etagsBySignal = new WeakMap<object, ReadonlyMap<string, string>>();
  return {
    policy: {
      name: "batchEtagPolicy",
      async sendRequest(request, next) {
        const etags = request.abortSignal && etagsBySignal.get(request.abortSignal);
        if (etags) request.body = withEtags(request.body, etags);
        return next(request);
      },
    },
    optionsFor(operations) {
      const { signal } = new AbortController();
      const removals = operations.filter((operation) => operation.kind === "remove");
      if (removals.length > 0) etagsBySignal.set(signal, new Map(removals.map(({ rowKey, etag }) => [rowKey, etag])));
      return { abortSignal: signal };
    },
  };
}

function withEtags(body: unknown, etags: ReadonlyMap<string, string>): string {
  if (typeof body !== "string") throw new Error("Expected the body of a transaction to be a text.");
  const filled = new Set<string>();
  const result = body.replace(REMOVAL, (whole, head: string, key: string) => {
    const rowKey = decodeURIComponent(key).replaceAll("''", "'");
    const etag = etags.get(rowKey);
    if (etag === undefined) return whole;
    filled.add(rowKey);
    return head + etag;
  });
  if (filled.size !== etags.size) throw new Error("Expected each removal of a transaction to take its ETag.");
  return result;
}
