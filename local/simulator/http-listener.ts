import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

/** A listening HTTP server. */
export interface HttpListener {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

const readBody = async (incoming: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const toRequest = async (incoming: IncomingMessage, signal: AbortSignal): Promise<Request> => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const body = await readBody(incoming);
  const method = incoming.method ?? "GET";
  const carriesBody = method !== "GET" && method !== "HEAD" && body.length > 0;
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "127.0.0.1"}`);
  return new Request(url, { method, headers, signal, ...(carriesBody ? { body: new Uint8Array(body) } : {}) });
};

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> => {
  const controller = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort(new Error("the client closed the connection"));
  });
  try {
    const response = await handle(await toRequest(incoming, controller.signal));
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-length": body.length });
    outgoing.end(body);
  } catch {
    incoming.socket.destroy(); // a handler that rejects stands for a connection that was cut
  }
};

/**
 * Serves `handle` on 127.0.0.1; where it rejects, the socket is destroyed without an answer.
 *
 * @param tls Key and certificate, PEM; the server then speaks https.
 */
export async function listenHttp(
  handle: (request: Request) => Promise<Response>,
  port: number,
  tls?: { readonly key: string; readonly cert: string },
): Promise<HttpListener> {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => void answer(incoming, outgoing, handle);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Unreachable: the server listens on a port.");
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
