// One Bicep process that answers many questions, by JSON-RPC: a process for each would take two seconds to start.
import { spawn } from "node:child_process";

/** A Bicep process; ask it one thing after another, or many at once. */
export interface BicepSession {
  /**
   * Calls a method of `bicep jsonrpc`, such as `bicep/compile`.
   *
   * @throws Error with the message of the CLI.
   */
  ask(method: string, params: unknown): Promise<unknown>;
  close(): void;
}

const LIMIT_MS = 3 * 60_000; // ms; a session is done in seconds, and one that hangs must not hang the tests

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Starts the CLI; the protocol's messages have one header, as those of language servers do. */
export function openSession(program: string): BicepSession {
  const child = spawn(program, ["jsonrpc", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, (answer: Answer) => void>();
  let ended: string | undefined;
  const limit = setTimeout(() => child.kill(), LIMIT_MS);
  let unread = Buffer.alloc(0);
  let last = 0;
  const end = (reason: string): void => {
    ended = reason;
    for (const [id, take] of waiting) take({ id, error: { message: reason } });
  };
  child.once("error", (error) => end(error.message));
  child.stdin.once("error", (error) => end(error.message));
  child.once("exit", (code) => end(`The Bicep CLI ended with ${code}.`));
  child.stdout.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let message = next(); message !== undefined; message = next()) {
      const answer = JSON.parse(message) as Answer;
      waiting.get(answer.id)?.(answer);
    }
  });

  function next(): string | undefined {
    const header = unread.indexOf("\r\n\r\n");
    if (header < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(unread.subarray(0, header).toString())?.[1]);
    const start = header + 4;
    if (unread.length < start + length) return undefined;
    const message = unread.subarray(start, start + length).toString();
    unread = unread.subarray(start + length);
    return message;
  }

  return {
    async ask(method, params) {
      last += 1;
      const id = last;
      const answer = await new Promise<Answer>((take) => {
        waiting.set(id, take);
        if (ended !== undefined) {
          end(ended);
          return;
        }
        const text = JSON.stringify({ jsonrpc: "2.0", id, method, params });
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      });
      waiting.delete(id);
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    },
    close() {
      clearTimeout(limit);
      child.kill();
    },
  };
}
