import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { graphql } from "@octokit/graphql";
import { afterEach, describe, expect, test } from "vitest";

let child: ChildProcess | undefined;

afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
});

async function startProgram(): Promise<Record<string, unknown>> {
  const args = ["--disable-warning=ExperimentalWarning", "local/github-api/main.ts", "--port", "0"];
  const started = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  for await (const line of createInterface({ input: started.stdout })) return JSON.parse(line) as Record<string, unknown>;
  throw new Error("the program ended without a ready line");
}

describe("the program", () => {
  test("says where it listens in one line, serves GraphQL and the control routes, and ends on SIGTERM", async () => {
    const ready = await startProgram();
    const url = String(ready["url"]);
    const client = graphql.defaults({ baseUrl: url, headers: { authorization: `token ${String(ready["token"])}` } });

    const { viewer } = await client<{ viewer: { login: string } }>("query Who { viewer { login } }");
    const journal = (await (await fetch(`${url}/__sim/requests`)).json()) as { byKind: unknown };
    child?.kill("SIGTERM");
    const [code] = (await once(child ?? process, "exit")) as [number];

    expect(ready).toMatchObject({ ready: true, token: "ghp_demo_product", repository: "acme/widgets", project: 1 });
    expect(viewer).toEqual({ login: "sync-bot" });
    expect(journal.byKind).toEqual({ "query Who": 1 });
    expect(code).toBe(0);
  });
});
