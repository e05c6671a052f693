import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { formatAccount } from "../../local/start/account.ts";
import { parsePorts } from "../../local/start/ports.ts";

const root = resolve(import.meta.dirname, "../..");
const account = formatAccount({ root, stateFolder: join(root, ".local"), ports: parsePorts({}), configPath: "sync.config.json" });

describe("formatAccount", () => {
  test("fits one screen, and tells what each status does", () => {
    expect(account.split("\n").length).toBeLessThanOrEqual(30);
    expect(account.slice(0, account.indexOf("Try"))).toMatchInlineSnapshot(`
      "Notion Sync runs. Ctrl-C ends it; the next start goes on where this one stopped (--fresh: anew).

      Open
        App               http://127.0.0.1:7071/api/status   http://127.0.0.1:7071/api/health
        Notion simulator  http://127.0.0.1:7081/v1        any token; "person:ada" acts as Ada
        GitHub simulator  http://127.0.0.1:7082/graphql   any token; "ghp_demo_ada" acts as Ada
        Logs              .local/logs

      Syncs, by sync.config.json
        engineering: data source 1f0de70a-0000-4000-8000-0000000050c5
          with acme/widgets and project acme/1
          Backlog                 makes nothing
          Ready, In Progress      an open issue, made if there is none; a pull request if Branch is filled
          Done                    the issue is closed as completed; a pull request is merged
          Won't do                the issue is closed as not planned; a pull request is closed unmerged
          Both ways: Status, Name, Labels, Milestone, Type, Estimate, Sprint, Due.
          To GitHub only: Owner, Parent, the text of the page.
          Mapped, but not carried by this version: pages for new issues, comments.

      "
    `);
  });

  test("is no wider than a terminal, but for the commands to copy", () => {
    const lines = account.split("\n").filter((line) => !line.startsWith("  curl"));

    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test("gives three commands that a shell can read", () => {
    const commands = account.split("\n").filter((line) => line.startsWith("  curl"));
    const dry = commands.map((command) => execFileSync("sh", ["-c", command.replace("curl", "printf '%s\\n'")]).toString());

    expect(dry).toHaveLength(3);
    expect(JSON.parse(dry[0]?.trim().split("\n").at(-1) ?? "")).toMatchObject({
      properties: { Status: { status: { name: "Ready" } } },
    });
    expect(JSON.parse(dry[1]?.trim().split("\n").at(-1) ?? "")).toHaveProperty("query");
  });
});
