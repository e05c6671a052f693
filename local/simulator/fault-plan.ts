import type { Fault } from "./contract.ts";

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isDuration: Check = (value) => typeof value === "number" && value >= 0;
const isText: Check = (value) => typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const FIELDS: Readonly<Record<keyof Fault, readonly [Check, string]>> = {
  match: [(value) => typeof value === "string" && value !== "", "a text that is not empty"],
  kind: [(value) => typeof value === "string" && value in NEEDED, "status, delay, hang, dropAfterEffect, partial or staleList"],
  times: [(value) => isCount(value) && Number(value) > 0, "a whole number from 1"],
  skip: [isCount, "a whole number from 0"],
  status: [(value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599, "an HTTP status from 200 to 599"],
  headers: [(value) => isRecord(value) && Object.values(value).every(isText), "an object of texts"],
  body: [() => true, "anything"],
  delayMs: [isDuration, "a number of milliseconds"],
  afterEffect: [(value) => typeof value === "boolean", "true or false"],
  aliases: [(value) => Array.isArray(value) && value.length > 0 && value.every(isText), "a list of texts that is not empty"],
  type: [isText, "a text"],
  message: [isText, "a text"],
  ageMs: [isDuration, "a number of milliseconds"],
};

const NEEDED: Readonly<Record<Fault["kind"], readonly (keyof Fault)[]>> = {
  status: ["status"],
  delay: ["delayMs"],
  hang: [],
  dropAfterEffect: [],
  partial: ["aliases"],
  staleList: ["ageMs"],
};

const isField = (key: string): key is keyof Fault => Object.hasOwn(FIELDS, key);

function parseFault(value: unknown, name: string): Fault {
  if (!isRecord(value)) throw new Error(`${name}: expected an object.`);
  for (const [key, given] of Object.entries(value)) {
    if (!isField(key)) throw new Error(`${name}: "${key}" is not a field of a fault.`);
    const [check, expected] = FIELDS[key];
    if (given !== undefined && !check(given))
      throw new Error(`${name}: expected "${key}" to be ${expected}, found ${JSON.stringify(given)}.`);
  }
  const fault = value as Partial<Fault>;
  const { kind, match } = fault;
  if (kind === undefined || match === undefined) throw new Error(`${name}: expected "match" and "kind".`);
  const missing = NEEDED[kind].find((key) => value[key] === undefined);
  if (missing) throw new Error(`${name}: a fault of kind "${kind}" needs "${missing}".`);
  return { ...fault, kind, match };
}

/**
 * Reads a list of faults from outside.
 *
 * @throws Error that names the first malformed fault by its place in the list (from 0), its match and its field.
 */
export function parseFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new Error("Expected a list of faults.");
  return value.map((fault: unknown, place) => {
    const match = isRecord(fault) ? ` (${JSON.stringify(fault["match"])})` : "";
    return parseFault(fault, `faults[${place}]${match}`);
  });
}

/** The faults that are still to come. */
export interface FaultPlan {
  set(faults: readonly Fault[]): void;
  /**
   * Takes the faults that meet a request of this kind, in the order of the plan: any number of `delay` and `staleList`, then at most one
   * of the others. A request that is already met by one of the others is not counted as passing a later fault.
   */
  take(kind: string): Fault[];
  /** Faults that were planned and never met a request, as texts. */
  unfired(): string[];
}

interface Planned {
  readonly fault: Fault;
  skip: number;
  times: number;
  fired: boolean;
}

/** Creates a plan without faults. */
export function createFaultPlan(): FaultPlan {
  let planned: Planned[] = [];
  return {
    set(faults) {
      planned = parseFaults([...faults]).map((fault) => ({
        fault,
        skip: fault.skip ?? 0,
        times: fault.times ?? 1,
        fired: false,
      }));
    },
    take(kind) {
      const taken: Fault[] = [];
      for (const entry of planned) {
        if (entry.times === 0 || !kind.includes(entry.fault.match)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.times -= 1;
        entry.fired = true;
        taken.push(entry.fault);
        if (entry.fault.kind !== "delay" && entry.fault.kind !== "staleList") break;
      }
      return taken;
    },
    unfired: () =>
      planned.filter((entry) => !entry.fired).map(({ fault }) => `planned fault never fired: ${fault.kind} on "${fault.match}"`),
  };
}
