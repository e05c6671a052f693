import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { RPC_PATH } from "./durable/management-urls.ts";
import { emptyResponse, fromIncoming, sendResponse } from "./http-message.ts";
import type { Router } from "./router.ts";

/** The socket of a host. */
export interface HostServer {
  readonly port: number;
  /** Answers from now on; before, everything is 503. */
  serve(router: Router): void;
  /**
   * Cuts off everybody outside. What the app itself asks of its durable client is never answered: an error would let its code go on
   * after the kill. A free port therefore stays taken, by nothing that keeps the process alive; a given one is released.
   */
  kill(): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number): Promise<HostServer> {
  let router: Router | undefined;
  let dead = false;
  const sockets = new Set<Socket>();
  const asking = new Set<Socket>();
  const fromApp = (incoming: IncomingMessage): boolean => incoming.url?.startsWith(`${RPC_PATH}/`) === true;

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      const request = await fromIncoming(incoming);
      const response = router ? await router(request) : emptyResponse(503);
      if (!dead) sendResponse(outgoing, response);
    } catch {
      if (!dead && !outgoing.headersSent) sendResponse(outgoing, emptyResponse(500));
    }
  };
  const server: Server = createServer((incoming, outgoing) => {
    if (dead && !fromApp(incoming)) incoming.socket.destroy();
    if (dead) return;
    if (fromApp(incoming)) asking.add(incoming.socket);
    outgoing.on("finish", () => asking.delete(incoming.socket));
    void answer(incoming, outgoing);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    if (dead) socket.unref();
    socket.on("close", () => {
      sockets.delete(socket);
      asking.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;

  return {
    port: address.port,
    serve: (next) => void (router = next),
    kill() {
      dead = true;
      router = undefined;
      if (port === 0) server.unref();
      else server.close();
      for (const socket of sockets) {
        if (asking.has(socket)) socket.unref();
        else socket.destroy();
      }
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
