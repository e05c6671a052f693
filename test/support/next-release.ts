// Builds the app of a next release, with its orchestrations from test/fixtures/next-release.
import { build } from "esbuild";
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const fixtures = join(root, "test/fixtures/next-release");

/**
 * Builds it into a folder of its own.
 *
 * @param kind `careful`: what was changed has a new name; `careless`: it has the old one.
 * @returns The folder of the app.
 */
export async function buildNextRelease(kind: "careful" | "careless"): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), `next-release-${kind}-`));
  await build({
    absWorkingDir: root,
    entryPoints: ["index.ts"],
    outfile: join(directory, "dist/index.cjs"),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["@azure/functions-core"],
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "error",
    plugins: [
      {
        name: "next release",
        setup(builder) {
          builder.onResolve({ filter: /orchestrators\/registered\.ts$/ }, ({ importer }) =>
            importer === join(root, "main.ts")
              ? { path: join(fixtures, kind === "careful" ? "registered.ts" : "careless.ts") }
              : undefined,
          );
          // Triggers start the new versions; the old orchestrators keep the names that they know.
          builder.onResolve({ filter: /orchestrators\/instance-id\.ts$/ }, ({ importer }) =>
            kind === "careful" && importer.startsWith(join(root, "functions"))
              ? { path: join(fixtures, "instance-id.ts") }
              : undefined,
          );
        },
      },
    ],
  });
  for (const name of ["host.json", "package.json"]) copyFileSync(join(root, name), join(directory, name));
  return directory;
}
