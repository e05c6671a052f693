// Stands in for commands that need an account (az, func …): they write down how they are called, and answer what they are told to.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One call, as it was written down. */
export interface Call {
  /** The command and its arguments. */
  readonly words: readonly string[];
  readonly cwd: string;
  /** What the file behind `--file` held. */
  readonly file: string;
  /** What came by standard input, where `@-` asks for it. */
  readonly input: string;
}

const NEXT = "\u001f"; // between the parts of a call
const END = "\u001e"; // after each call

/**
 * Makes the commands in a new folder, for the front of the path.
 *
 * @param answers Beginning of a command line → what the shell prints then, as a piece of shell.
 */
export function makeStandIns(folder: string, names: readonly string[], answers: Readonly<Record<string, string>>): void {
  const cases = Object.entries(answers).map(([start, print]) => `  ${quote(start)}*) ${print} ;;`);
  const script = `#!/bin/sh
name=\${0##*/}
file='' input='' previous=''
for word in "$@"; do
  if [ "$previous" = --file ]; then file=$(cat "$word"; printf .); file=\${file%.}; fi
  if [ "$word" = @- ]; then input=$(cat); fi
  previous=$word
done
{
  printf '%s\\037' "$PWD" "$file" "$input"
  printf '%s' "$name"
  for word in "$@"; do printf '\\037%s' "$word"; done
  printf '\\036'
} >>${quote(join(folder, "calls"))}
case "$name $*" in
${cases.join("\n")}
  *) echo "nobody said what $name $* answers" ;;
esac
`;
  mkdirSync(folder);
  for (const name of names) {
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
}

/** What the commands of a folder have written down, in order. */
export function readCalls(folder: string): readonly Call[] {
  const path = join(folder, "calls");
  const calls = existsSync(path) ? readFileSync(path, "utf8").split(END).slice(0, -1) : [];
  return calls.map((call) => {
    const [cwd = "", file = "", input = "", ...words] = call.split(NEXT);
    return { words, cwd, file, input };
  });
}

/** A word of the shell that stands for itself. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
