import tseslint from "typescript-eslint";

/** Folder → the folders of the product that it may import. `main.ts` and `index.ts` at the root may import all of them; tests anything. */
const MAY_IMPORT = {
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

/** Folder → what else is forbidden there. Patterns see the text of an import. */
const EXTRA = {
  sync: [{ regex: "^[^.]", message: "The core imports nothing but itself." }],
  orchestrators: [
    { regex: "^(?!\\.|durable-functions$|@azure/functions$)", message: "Orchestrators do no I/O." },
    { regex: "/activities/(?!contract\\.ts$)", message: "Orchestrators know activities by their contract only." },
  ],
};

const FOLDERS = [...Object.keys(MAY_IMPORT), "test", "bench", "scripts"];
const PURE = ["sync", "orchestrators"];
const UP = "^(\\./)*(\\.\\./(\\./)*)+"; // any way to climb out of a folder
const outside = (folders) => `${UP}(${folders.join("|")})/`;
const files = (folder) => [`${folder}/**/*.ts`];

const clockMessage = "Time is injected: use the clock that was passed in.";
const pureMessage = "Time, randomness and I/O are passed in.";
const settingsMessage = "Settings are read in main.ts.";
const realTime = [
  { object: "Date", property: "now", message: clockMessage },
  { object: "performance", property: "now", message: clockMessage },
  { object: "AbortSignal", property: "timeout", message: clockMessage },
];
const impure = [
  "fetch",
  "process",
  "console",
  "crypto",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "performance",
  "require",
];
/** What would lead round the restricted globals. */
const globalObjects = ["globalThis", "global"].map((name) => ({ name, message: "Name the global itself." }));
/** The same globals as modules. */
const globalModules = [
  { regex: "^(node:)?(timers(/promises)?|perf_hooks)$", message: clockMessage },
  { regex: "^(node:)?process$", message: settingsMessage },
];
/** The present, in each of its spellings. */
const presentDate = (message) => [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message },
  { selector: "CallExpression[callee.name='Date']", message },
];
/** Imports that `no-restricted-imports` does not see: `import("…")` as an expression and as a type. */
const hiddenImports = (regex, message) => {
  const pattern = `/${regex.replaceAll("/", "\\/")}/`;
  return [
    { selector: `ImportExpression[source.value=${pattern}]`, message },
    { selector: `TSImportType[source.value=${pattern}]`, message },
  ];
};

const importRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
  const forbidden = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  const climb = { regex: outside(forbidden), message: `${folder}/ may import only: ${[folder, ...allowed].join(", ")}.` };
  const root = { regex: `${UP}(main|index|services|system-clock)\\.ts$`, message: "Nothing imports the composition root." };
  const isPure = PURE.includes(folder);
  const extra = [...(folder === "local" ? [] : globalModules), ...(EXTRA[folder] ?? [])];
  const syntax = [climb, root].flatMap(({ regex, message }) => hiddenImports(regex, message));
  if (folder !== "local") syntax.push(...presentDate(isPure ? pureMessage : clockMessage));
  if (isPure) syntax.push({ selector: "ImportExpression", message: pureMessage });
  return {
    files: files(folder),
    rules: {
      "no-restricted-imports": ["error", { patterns: [climb, root, ...extra] }],
      "no-restricted-syntax": ["error", ...syntax],
    },
  };
});

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".local/", "test/fixtures/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.js", "scripts/*.js"] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "no-restricted-exports": [
        "error",
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true } },
      ],
    },
  },
  ...importRules,
  {
    files: ["*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^\\./(local|test|bench|scripts)/", message: "The product runs without these." }] },
      ],
    },
  },
  {
    files: [
      "functions/**/*.ts",
      "activities/**/*.ts",
      "notion/**/*.ts",
      "github/**/*.ts",
      "storage/**/*.ts",
      "config/**/*.ts",
      "markdown/**/*.ts",
    ],
    rules: {
      "no-restricted-properties": ["error", ...realTime, { object: "process", property: "env", message: settingsMessage }],
      "no-restricted-globals": [
        "error",
        ...globalObjects,
        ...["setTimeout", "setInterval"].map((name) => ({ name, message: clockMessage })),
      ],
    },
  },
  {
    files: PURE.flatMap(files),
    rules: {
      "no-restricted-properties": ["error", ...realTime, { object: "Math", property: "random", message: pureMessage }],
      "no-restricted-globals": ["error", ...globalObjects, ...impure.map((name) => ({ name, message: pureMessage }))],
    },
  },
  { files: ["*.config.ts"], rules: { "no-restricted-exports": "off" } },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
  { files: ["eslint.config.js"], rules: { "no-restricted-exports": "off" } },
);
