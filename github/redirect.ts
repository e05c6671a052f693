/** An answer as the client's hook sees it. */
interface HookAnswer {
  readonly status: number;
}

/**
 * Gives an answer back unless it sends to another address: nobody is followed, because a token and what people wrote would go along.
 *
 * @throws Error in the form of the client's own for an answer of another status.
 */
export function refuseRedirect<T extends HookAnswer>(response: T): T {
  const { status } = response;
  if (status < 300 || status >= 400) return response;
  throw Object.assign(new Error("The answer is a redirect."), { status, response });
}
