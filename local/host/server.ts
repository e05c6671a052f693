import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { RPC_PATH } from "./durable/management-urls.ts";
import { emptyResponse, fromIncoming, sendResponse } from "./http-message.ts";
import type { Router } from "./router.ts";

/** The socket of a host. */
export interface HostServer {
  readonly port: number;
  /** Answers from now on; before, everything is 503. */
  serve(router: Router): void;
  /** Stops listening and cuts off everybody outside; what the app itself asked is never answered. */
  kill(): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number): Promise<HostServer> {
  let router: Router | undefined;
  let dead = false;
  const inside = new Set<Socket>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(`${RPC_PATH}/`)) inside.add(incoming.socket);
    void (async () => {
      try {
        const request = await fromIncoming(incoming);
        const response = router ? await router(request) : emptyResponse(503);
        if (!dead) sendResponse(outgoing, response);
      } catch {
        if (!dead && !outgoing.headersSent) sendResponse(outgoing, emptyResponse(500));
      }
    })();
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      inside.delete(socket);
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
      server.close();
      // An error would let the app's own code go on after the kill: its requests stay open, and hold nothing up.
      for (const socket of sockets) {
        if (inside.has(socket)) socket.unref();
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
