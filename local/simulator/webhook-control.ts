import type { WebhookControl } from "./contract.ts";

/** How webhooks behave at the moment. */
export interface WebhookMoods {
  enabled: boolean;
  /** 0 to 1. */
  lose: number;
  double: boolean;
  reorder: boolean;
  delayMs: number;
  url: string | undefined;
  secret: string | undefined;
}

const isShare = (value: unknown): boolean =>
  typeof value === "boolean" || (typeof value === "number" && value >= 0 && value <= 1);
const isBoolean = (value: unknown): boolean => typeof value === "boolean";
const isText = (value: unknown): boolean => typeof value === "string";

const CHECKS: Readonly<Record<keyof WebhookControl, readonly [(value: unknown) => boolean, string]>> = {
  enabled: [isBoolean, "true or false"],
  lose: [isShare, "a share from 0 to 1, or true or false"],
  double: [isBoolean, "true or false"],
  reorder: [isBoolean, "true or false"],
  delayMs: [(value) => typeof value === "number" && value >= 0, "a number of milliseconds"],
  url: [(value) => typeof value === "string" && URL.canParse(value), "a URL"],
  secret: [isText, "a text"],
};

const isField = (key: string): key is keyof WebhookControl => Object.hasOwn(CHECKS, key);

/**
 * Reads a webhook control from outside.
 *
 * @param vendorFields names that the vendor reads itself and that are left out here.
 * @throws Error that names the malformed field.
 */
export function parseWebhookControl(value: unknown, vendorFields: readonly string[] = []): WebhookControl {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("Expected an object.");
  const control: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(value)) {
    if (vendorFields.includes(key)) continue;
    if (!isField(key)) throw new Error(`"${key}" is not a field of the webhook control.`);
    const [check, expected] = CHECKS[key];
    if (!check(given)) throw new Error(`Expected "${key}" to be ${expected}, found ${JSON.stringify(given)}.`);
    control[key] = given;
  }
  return control;
}

/** The moods of a fresh simulator that was made with `control`: webhooks are on and nothing happens to them unless it says otherwise. */
export function toMoods(control: WebhookControl = {}): WebhookMoods {
  const moods: WebhookMoods = {
    enabled: true,
    lose: 0,
    double: false,
    reorder: false,
    delayMs: 0,
    url: undefined,
    secret: undefined,
  };
  changeMoods(moods, control);
  return moods;
}

/** Changes the moods in place; what `control` leaves out stays. */
export function changeMoods(moods: WebhookMoods, control: WebhookControl): void {
  const { lose, ...others } = control;
  Object.assign(moods, others);
  if (lose !== undefined) moods.lose = Number(lose);
}
