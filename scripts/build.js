// Builds the one CommonJS bundle that runs everywhere: the local host, Core Tools and Azure.
import { build } from "esbuild";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

await build({
  absWorkingDir: root,
  entryPoints: ["index.ts"],
  outfile: "dist/index.cjs",
  bundle: true,
  minify: true,
  keepNames: true,
  sourcemap: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  // The Functions worker injects this module at run time; it is on no registry.
  external: ["@azure/functions-core"],
  define: { "import.meta.dirname": "__dirname" },
  legalComments: "none",
  logLevel: "warning",
});
