// Where a list goes on. It comes back from outside, so that it may be anything.
import * as z from "zod/mini";
import { ServiceError } from "../sync/error.ts";

const MAX_CHARS = 4_096; // two keys of at most 512 characters each, as the service writes them, in base64

/** Keys as the service and the app write them are plain ASCII. */
const Key = z.optional(z.string().check(z.regex(/^[\x20-\x7e]*$/)));
const Continuation = z.strictObject({ nextPartitionKey: Key, nextRowKey: Key });

/** Reads a continuation. @throws ServiceError `invalid_continuation` for one that no list gave. */
export function readContinuation(continuation: string): z.infer<typeof Continuation> {
  if (continuation.length > MAX_CHARS) throw invalidContinuation();
  const parsed = Continuation.safeParse(decode(continuation));
  if (!parsed.success || Object.keys(parsed.data).length === 0) throw invalidContinuation();
  return parsed.data;
}

function decode(continuation: string): unknown {
  try {
    return JSON.parse(atob(continuation));
  } catch {
    return undefined;
  }
}

/** The error for a continuation that no list gave. */
export const invalidContinuation = (): ServiceError =>
  new ServiceError({
    service: "storage",
    code: "invalid_continuation",
    end: "failed",
    message: "The continuation is none that an earlier answer gave.",
  });
