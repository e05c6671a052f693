// What a built app registers, and the forms of what its activities take and give.
import { resolve } from "node:path";
import ts from "typescript";
import { loadApp } from "../../local/host/functions-core.ts";
import type { LoadedApp, RegisteredFunction } from "../../local/host/functions-core.ts";

const root = resolve(import.meta.dirname, "../..");
const SEAMS = Symbol.for("notion-sync.seams");
const SETTINGS = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  SYNC_CONFIG: resolve(root, "sync.config.json"),
  NOTION_TOKEN: "ntn_demo_product",
  GITHUB_TOKEN: "ghp_demo_product",
  NOTION_WEBHOOK_SECRETS: "secret_test_notion_webhook",
  GITHUB_WEBHOOK_SECRETS: "test-github-webhook-secret",
  MARKER_KEYS: "test-marker-key-0123456789abcdefghij",
};

export interface HttpRoute {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: string;
}

/** Field → its type as text; optional ones end in `?`. */
export type Shape = Readonly<Record<string, string>>;

/** What must not change while anything of a release may still be under way. */
export interface Registered {
  readonly http: readonly HttpRoute[];
  readonly timers: readonly string[];
  readonly orchestrations: readonly string[];
  readonly activities: Readonly<Record<string, { readonly input: Shape; readonly output: Shape }>>;
}

/** Loads a built app with a stand-in for the worker's module, and with settings that are right. */
export function loadBuilt(appDirectory = root): Promise<LoadedApp> {
  Object.assign(globalThis, { [SEAMS]: { environment: SETTINGS } });
  return loadApp(appDirectory, () => undefined);
}

/** Puts together what a release has registered. */
export async function readRegistered(appDirectory = root): Promise<Registered> {
  const { functions } = await loadBuilt(appDirectory);
  const ofType = (type: string) => functions.filter(({ trigger }) => trigger.type === type);
  const shapes = readShapes();
  return {
    http: toRoutes(functions),
    timers: ofType("timertrigger").map(({ name }) => name),
    orchestrations: ofType("orchestrationtrigger").map(({ name }) => name),
    activities: Object.fromEntries(
      ofType("activitytrigger").map(({ name }) => [name, shapes[name] ?? { input: {}, output: {} }]),
    ),
  };
}

/** The HTTP routes among functions. */
export function toRoutes(functions: readonly RegisteredFunction[]): readonly HttpRoute[] {
  const http = functions.filter(({ trigger }) => trigger.type === "httptrigger");
  return http.map(({ name, trigger }) => {
    const { route, methods, authLevel } = trigger.binding as unknown as Omit<HttpRoute, "name">;
    return { name, route, methods, authLevel: authLevel.toLowerCase() };
  });
}

/** Reads inputs and outputs of all activities from their contract. */
function readShapes(): Registered["activities"] {
  const file = resolve(root, "activities/contract.ts");
  const program = ts.createProgram([file], { strict: true, allowImportingTsExtensions: true, noEmit: true, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const declared = source?.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === "Activities");
  if (!declared) throw new Error("activities/contract.ts declares no Activities.");
  const shapeOf = (type: ts.Type): Shape => {
    const parts = type.isUnion() ? type.types : [type];
    const fields = parts
      .flatMap((part) => part.getProperties())
      .map((property) => {
        const isOptional =
          (property.flags & ts.SymbolFlags.Optional) !== 0 || parts.some((part) => !part.getProperty(property.name));
        const types = parts
          .flatMap((part) => part.getProperty(property.name) ?? [])
          .map((each) => print(checker.getTypeOfSymbol(each)));
        return [`${property.name}${isOptional ? "?" : ""}`, [...new Set(types)].toSorted().join(" | ")] as const;
      });
    return Object.fromEntries(fields);
  };
  const print = (type: ts.Type): string => {
    if (checker.isArrayType(type)) return `${print(checker.getTypeArguments(type as ts.TypeReference)[0] ?? type)}[]`;
    if (type.isUnion() || (type.flags & ts.TypeFlags.Object) === 0) return checker.typeToString(type);
    return JSON.stringify(shapeOf(type));
  };
  const members = checker.getTypeAtLocation(declared).getProperties();
  return Object.fromEntries(
    members.map((member) => {
      const type = checker.getTypeOfSymbol(member);
      const part = (name: string): Shape => {
        const property = type.getProperty(name);
        return property ? shapeOf(checker.getTypeOfSymbol(property)) : {};
      };
      return [member.name, { input: part("input"), output: part("output") }];
    }),
  );
}
