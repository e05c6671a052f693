// A proxy for `CONNECT` that leads every connection to one port of this machine: a vault keeps its own name and certificate.
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";

/** A listening proxy. */
export interface Tunnel {
  /** For the setting `HTTPS_PROXY`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a proxy on 127.0.0.1 that lets only `host:443` through, and leads there to `port`. */
export async function openTunnel(host: string, port: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", keep);
  server.on("connect", (request, client: Socket) => {
    if (request.url !== `${host}:443`) {
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
    upstream.once("close", () => client.destroy());
    client.once("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Unreachable: the proxy listens on a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
