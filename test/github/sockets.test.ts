import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTokenAuth } from "../../github/auth.ts";
import { createGithubAdapter } from "../../github/client.ts";
import { realClock } from "../../local/clock.ts";
import { createGithubSimulator } from "../../local/github-api/simulator.ts";
import { REPOSITORY } from "./world.ts";

/** The adapter with the real `fetch` and the real clock. */
const anAdapter = (apiUrl: string, timeoutMs: number) =>
  createGithubAdapter({
    apiUrl,
    auth: createTokenAuth({ token: () => Promise.resolve("ghp_any"), onUnauthorized: () => undefined }),
    clock: realClock,
    pacer: { acquire: () => Promise.resolve(), block: () => Promise.resolve() },
    fetch,
    timeoutMs,
  });

/** A server on a free port that answers as `answer` says. */
async function listen(answer: Parameters<typeof createServer>[1]): Promise<{ url: string; close: () => Promise<unknown> }> {
  const server = createServer(answer ?? (() => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

describe("over real connections", () => {
  test("speaks to the simulator", async () => {
    const simulator = createGithubSimulator({ clock: realClock });
    onTestFinished(() => simulator.close());
    const github = anAdapter(await simulator.listen(), 10_000);

    expect(await github.readRepository(REPOSITORY)).toMatchObject({ nameWithOwner: REPOSITORY });
    expect(await github.findIssue(REPOSITORY, 1)).toMatchObject({ number: 1 });
  });

  test("where nobody listens, nothing was sent and nothing can have been done", async () => {
    const { url, close } = await listen(undefined);
    await close();
    const creating = anAdapter(url, 10_000).createIssue(
      { repositoryId: "R_1", title: "Title", body: "" },
      { deadlineAtMs: Date.now() + 10_000 },
    );

    await expect(creating).rejects.toMatchObject({ code: "unreachable", end: "failed" });
  });

  test.each([
    ["cuts the connection", { destroy: true }, "unavailable"],
    ["never answers", {}, "timeout"],
    ["stops in the middle of its answer", { part: '{"data":{"createIssue":{"issue":{' }, "timeout"],
  ])("an issue may exist when GitHub %s", async (_, how: { destroy?: boolean; part?: string }, code) => {
    const { url, close } = await listen((request, response) => {
      if (how.destroy) request.socket.destroy();
      if (how.part !== undefined) {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(how.part);
      }
    });
    onTestFinished(() => void close());
    const creating = anAdapter(url, 300).createIssue(
      { repositoryId: "R_1", title: "Title", body: "" },
      { deadlineAtMs: Date.now() + 10_000 },
    );

    await expect(creating).rejects.toMatchObject({ code, end: "unknown" });
  });
});
