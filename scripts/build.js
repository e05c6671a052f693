// Builds the one CommonJS bundle that runs everywhere: the local host, Core Tools and Azure.
import { build } from "esbuild";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeNotices } from "./notices.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  minify: true,
  sourcemap: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  // The Functions worker injects this module at run time; it is on no registry.
  external: ["@azure/functions-core"],
  define: { "import.meta.dirname": "__dirname" },
  // The licences of what is bundled stand beside the bundle, whole.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  write: false,
}).catch(() => process.exit(1)); // it has printed what is wrong

// Put in place at once: an app that loads the bundle meanwhile sees the old one or the new one, never a part.
const notices = {
  path: resolve(root, "dist/THIRD-PARTY-LICENSES.txt"),
  contents: writeNotices(root, Object.keys(metafile.inputs)),
};
for (const { path, contents } of [...outputFiles, notices]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
