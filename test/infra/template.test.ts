import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "./bicep-setup.ts";
import { CASES, type CaseName } from "./cases.ts";
import { MUTATIONS } from "./mutations.ts";
import { findFaults, POLICIES } from "./policies.ts";
import { answers, ofType, rolesOf, valueAt } from "./predicted.ts";
import { SAFE_VALUES } from "./safe-values.ts";

const { lint, lintOfMisspelt, unformatted, snapshots } = answers();

describe("the source of the template", () => {
  test("gives the linter nothing to say", () => {
    // Not the code alone: a misspelt property is a warning, and ends with 0.
    expect(lint).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("would not pass with a property misspelt", () => {
    expect(lintOfMisspelt.stderr).toContain("BCP037");
  });

  test("is held to every rule of the linter of Bicep 0.49, but the one that compares with the date of today", () => {
    const config = JSON.parse(readFileSync(new URL("../../infra/bicepconfig.json", import.meta.url), "utf8")) as {
      readonly analyzers: { readonly core: { readonly rules: Readonly<Record<string, { readonly level: string }>> } };
    };
    const rules = Object.entries(config.analyzers.core.rules);

    expect(rules).toHaveLength(53);
    expect(rules.filter(([, { level }]) => level !== "error").map(([name]) => name)).toEqual(["use-recent-api-versions"]);
  });

  test("is formatted; else run `bicep format`", () => {
    expect(unformatted).toEqual([]);
  });
});

describe("what a deployment makes", () => {
  test.each((Object.keys(CASES) as CaseName[]).map((name) => ({ name })))("is right with $name parameters", ({ name }) => {
    expect(findFaults(snapshots[name])).toEqual([]);
  });
});

describe("what parameters change", () => {
  const { plain, longest, group, shortest } = snapshots;
  const scaleOf = (snapshot: Snapshot) =>
    valueAt(ofType(snapshot, "Microsoft.Web/sites")[0], "properties.functionAppConfig.scaleAndConcurrency");
  const purgeOf = (snapshot: Snapshot) =>
    valueAt(ofType(snapshot, "Microsoft.KeyVault/vaults")[0], "properties.enablePurgeProtection");
  const nameOf = (snapshot: Snapshot, type: string) => ofType(snapshot, type)[0]?.name ?? "";

  test("nothing is kept ready, and paid for, unless asked for", () => {
    expect(scaleOf(plain)).toEqual({ instanceMemoryMB: 2048, maximumInstanceCount: 40, alwaysReady: [] });
    expect(scaleOf(longest)).toEqual({
      instanceMemoryMB: 512,
      maximumInstanceCount: 1000,
      alwaysReady: [
        { name: "durable", instanceCount: 1 },
        { name: "http", instanceCount: 2 },
      ],
    });
  });

  test("the vault is protected from purging, unless it is for trying out", () => {
    expect([purgeOf(plain), purgeOf(longest)]).toEqual([true, null]);
  });

  test("only the app, the vault and the storage can be reached from the internet", () => {
    const reached = plain.predictedResources.filter(
      (resource) => valueAt(resource, "properties.publicNetworkAccess") !== undefined,
    );

    expect(reached.map(({ type }) => type).toSorted()).toEqual([
      "Microsoft.KeyVault/vaults",
      "Microsoft.Storage/storageAccounts",
      "Microsoft.Web/sites",
    ]);
  });

  test("tags reach everything that takes them", () => {
    const tagged = longest.predictedResources.filter((resource) => resource["location"] !== undefined);

    expect(tagged.length).toBeGreaterThan(15);
    expect(tagged.filter((resource) => valueAt(resource, "tags.team") !== "platform").map(({ type }) => type)).toEqual([]);
  });

  test("one more role is given only for a person who is named", () => {
    expect(rolesOf(plain)).toHaveLength(5);
    expect(rolesOf(longest)).toHaveLength(6);
  });

  test.each(["Microsoft.Web/sites", "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"])(
    "the name of %s, which must be unique in all of Azure, is another in another group",
    (type) => {
      const names = [plain, longest, group, shortest].map((snapshot) => nameOf(snapshot, type));

      expect(new Set(names).size).toBe(4);
    },
  );

  test("the longest base fills the shortest names and does not overflow them", () => {
    expect(nameOf(longest, "Microsoft.Storage/storageAccounts")).toHaveLength(24);
    expect(nameOf(longest, "Microsoft.KeyVault/vaults")).toHaveLength(24);
  });
});

describe("a template that is broken", () => {
  const faults = findFaults(snapshots.broken);

  test.each(MUTATIONS.map(([, , , fault]) => ({ fault })))("is found out: $fault", ({ fault }) => {
    expect(faults.filter((found) => found.startsWith(fault))).not.toEqual([]);
  });

  test("shows that each policy, and each value, can be broken", () => {
    const broken = MUTATIONS.map(([, , , fault]) => fault);
    const values = Object.entries(SAFE_VALUES).flatMap(([type, paths]) =>
      Object.keys(paths).map((path) => `values are safe: ${type} ${path} is`),
    );
    const all = [...Object.keys(POLICIES).map((name) => `${name}: `), ...values];

    expect(all.filter((start) => !broken.some((fault) => fault.startsWith(start)))).toEqual([]);
  });
});
