/** A violation of one rule, as it would stand in a file of the tree. */
export interface Planted {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
}

const ALL = [
  "functions",
  "orchestrators",
  "activities",
  "notion",
  "github",
  "storage",
  "config",
  "markdown",
  "sync",
  "local",
] as const;
type Folder = (typeof ALL)[number];

/** Who may import whom, written a second time and on purpose: the table of the lint rules must not be its own witness. */
export const MAY_IMPORT: Readonly<Record<Folder, readonly string[]>> = {
  functions: ["orchestrators", "config", "notion", "github", "storage", "sync"],
  orchestrators: ["activities", "sync"],
  activities: ["sync", "notion", "github", "storage", "markdown"],
  notion: ["sync"],
  github: ["sync"],
  storage: ["sync"],
  config: ["sync"],
  markdown: ["sync"],
  sync: [],
  local: [],
};

/** Every folder that has a rule. */
export const FOLDERS = Object.keys(MAY_IMPORT) as Folder[];
const TARGETS = [...ALL, "test", "bench", "scripts"];
const PRODUCT = FOLDERS.filter((folder) => folder !== "local");
const PURE: readonly Folder[] = ["sync", "orchestrators"];
const IMPURE = PRODUCT.filter((folder) => !PURE.includes(folder));

/** The module of a folder that others may know. */
const entry = (folder: string): string => (folder === "activities" ? "contract" : "thing");

/** Forbidden imports, one for each folder and each folder that is closed to it. */
export const forbiddenImports: readonly Planted[] = FOLDERS.flatMap((folder) => [
  ...TARGETS.filter((target) => target !== folder && !MAY_IMPORT[folder].includes(target)).map((target) => ({
    file: `${folder}/planted.ts`,
    code: `import { thing } from "../${target}/${entry(target)}.ts";\nthing();`,
    rule: "no-restricted-imports",
  })),
  ...["main", "index", "services", "system-clock"].map((root) => ({
    file: `${folder}/planted.ts`,
    code: `export { thing } from "../${root}.ts";`,
    rule: "no-restricted-imports",
  })),
]);

/** Other spellings of a forbidden import. */
export const disguisedImports: readonly Planted[] = [
  { file: "notion/deep/planted.ts", code: 'import { a } from "../../github/client.ts";\na();', rule: "no-restricted-imports" },
  { file: "notion/planted.ts", code: 'import { a } from "./../github/client.ts";\na();', rule: "no-restricted-imports" },
  {
    file: "notion/planted.ts",
    code: 'import type { A } from "../github/client.ts";\nexport type B = A;',
    rule: "no-restricted-imports",
  },
  { file: "notion/planted.ts", code: 'export * from "../github/client.ts";', rule: "no-restricted-imports" },
  { file: "notion/planted.ts", code: 'export const a = import("../github/client.ts");', rule: "no-restricted-syntax" },
  { file: "notion/planted.ts", code: 'export type A = import("../github/client.ts").A;', rule: "no-restricted-syntax" },
  { file: "local/planted.ts", code: 'export const a = import("../sync/plan.ts");', rule: "no-restricted-syntax" },
  { file: "config/planted.ts", code: 'export const a = import("../main.ts");', rule: "no-restricted-syntax" },
  { file: "main.ts", code: 'import { a } from "./local/clock.ts";\na();', rule: "no-restricted-imports" },
  { file: "main.ts", code: 'import { a } from "./test/support/world.ts";\na();', rule: "no-restricted-imports" },
];

/** Modules that the pure folders must not load. */
export const impureModules: readonly Planted[] = [
  ...["node:crypto", "zod/mini", "durable-functions"].map((name) => ({ name, folder: "sync" })),
  ...["node:fs", "@notionhq/client"].map((name) => ({ name, folder: "orchestrators" })),
  { name: "../activities/sync-slice.ts", folder: "orchestrators" },
  ...IMPURE.flatMap((folder) =>
    ["node:timers/promises", "timers", "node:perf_hooks", "node:process", "process"].map((name) => ({ name, folder })),
  ),
].map(({ name, folder }) => ({
  file: `${folder}/planted.ts`,
  code: `import { thing } from "${name}";\nthing();`,
  rule: "no-restricted-imports",
}));

const everywhere = (folders: readonly string[], rule: string, codes: readonly string[]): readonly Planted[] =>
  folders.flatMap((folder) => codes.map((code) => ({ file: `${folder}/planted.ts`, code, rule })));

/** Time, randomness, settings and I/O taken from the surroundings. */
export const surroundings: readonly Planted[] = [
  ...everywhere(PRODUCT, "no-restricted-properties", [
    "export const a = Date.now();",
    "export const { now } = Date;",
    "export const a = performance.now();",
    "export const a = AbortSignal.timeout(5);",
  ]),
  ...everywhere(PRODUCT, "no-restricted-syntax", ["export const a = new Date();", "export const a = Date();"]),
  ...everywhere(PRODUCT, "no-restricted-globals", [
    "setTimeout(() => undefined, 1);",
    "setInterval(() => undefined, 1);",
    "export const a = globalThis.Date.now();",
    "export const a = global.setTimeout;",
  ]),
  ...everywhere(IMPURE, "no-restricted-properties", [
    "export const a = process.env;",
    'export const a = process["env"].PATH;',
    "export const { env } = process;",
  ]),
  ...everywhere(PURE, "no-restricted-properties", ["export const a = Math.random();"]),
  ...everywhere(PURE, "no-restricted-syntax", ['export const a = import("./other.ts");']),
  ...everywhere(PURE, "no-restricted-globals", [
    'export const a = fetch("https://example.com");',
    "export const a = process.pid;",
    'console.log("a");',
    "export const a = crypto.randomUUID();",
    "setImmediate(() => undefined);",
    "queueMicrotask(() => undefined);",
    "export const a = performance.timeOrigin;",
    'export const a = require("node:fs");',
  ]),
];

/** Rules of the whole tree that need no types. */
export const wholeTree: readonly Planted[] = [
  { file: "sync/planted.ts", code: "export default 1;", rule: "no-restricted-exports" },
  { file: "sync/planted.ts", code: "const a = 1;\nexport { a as default };", rule: "no-restricted-exports" },
  { file: "test/planted.ts", code: "export const a = (b: string | null) => b == null;", rule: "eqeqeq" },
  { file: "scripts/planted.ts", code: "export const a = (b: any) => b as string;", rule: "@typescript-eslint/no-explicit-any" },
  { file: "github/planted.ts", code: "export const a = (b?: string) => b!;", rule: "@typescript-eslint/no-non-null-assertion" },
  {
    file: "storage/planted.ts",
    code: 'import { A } from "./a.ts";\nexport type B = A;',
    rule: "@typescript-eslint/consistent-type-imports",
  },
];

/** A file of each folder as it should be: its own folder, what it may import, and what only looks forbidden. */
export const cleanFiles: readonly { readonly file: string; readonly code: string }[] = [
  ...FOLDERS.map((folder) => ({
    file: `${folder}/clean.ts`,
    code: [
      ...MAY_IMPORT[folder].map((target, index) => `export { a as a${index} } from "../${target}/${entry(target)}.ts";`),
      ...(["sync", "local"].includes(folder) ? [] : ['export { app } from "@azure/functions";']),
      'export { b } from "./github/thing.ts";',
      "export const c = new Date(0);",
      "export const d = Math.max(1, Date.UTC(2026, 0));",
    ].join("\n"),
  })),
  { file: "notion/clean.ts", code: 'export const a = import("@azure/identity");\nexport const b = import("../sync/model.ts");' },
  { file: "github/clean.ts", code: 'export { createHash } from "node:crypto";\nexport const a = crypto.randomUUID();' },
  {
    file: "main.ts",
    code: 'export { a } from "./config/config.ts";\nexport const b = process.env;\nexport const c = Date.now();',
  },
  {
    file: "test/clean.ts",
    code: 'export { a } from "../local/clock.ts";\nexport { b } from "../sync/plan.ts";\nsetTimeout(() => undefined, 1);',
  },
  { file: "local/clean.ts", code: "export const a = Date.now();\nexport const b = process.env;" },
];
