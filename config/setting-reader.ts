import type { ConfigProblem } from "./problem.ts";
import { nearest, quote } from "./wording.ts";

/** The environment as the process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and takes down what is wrong. */
export interface SettingReader {
  readonly problems: readonly ConfigProblem[];
  /** Is there a value, good or bad? */
  has(name: string): boolean;
  /** The trimmed value, or `undefined` when it is empty, absent or an unresolved Key Vault reference (which is reported). */
  find(name: string): string | undefined;
  /** Like `find`, and reports absence. */
  read(name: string, fix: string): string | undefined;
  report(name: string, reason: string, fix: string): void;
}

const REFERENCE = "@Microsoft.KeyVault(";

/** Reads from `environment`; `known` are the names that a misspelt one is compared with. */
export function createSettingReader(environment: Environment, known: readonly string[]): SettingReader {
  const problems: ConfigProblem[] = [];
  const reported = new Set<string>();
  const strangers = Object.keys(environment).filter((name) => !known.includes(name));

  const report = (name: string, reason: string, fix: string): void => {
    problems.push({ path: name, reason, fix });
  };
  const find = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    if (value === undefined || value === "") return undefined;
    if (!value.startsWith(REFERENCE)) return value;
    if (!reported.has(name)) {
      report(
        name,
        "This is a Key Vault reference that the platform has not resolved, so there is no value.",
        "Check that the secret exists, that the app's identity may read it (role Key Vault Secrets User) and that keyVaultReferenceIdentity names that identity; then restart the app. Or set KEY_VAULT_URL and leave this setting out.",
      );
      reported.add(name);
    }
    return undefined;
  };
  const has = (name: string): boolean => (environment[name]?.trim() ?? "") !== "";
  return {
    problems,
    has,
    find,
    read(name, fix) {
      const value = find(name);
      if (value !== undefined || has(name)) return value;
      const meant = nearest(name, strangers);
      report(
        name,
        "This setting is missing.",
        meant === undefined ? fix : `There is a setting ${quote(meant)}: was this one meant? ${fix}`,
      );
      return undefined;
    },
    report,
  };
}
