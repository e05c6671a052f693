// What may be said of an error. Messages of our own hold no secrets; those of anybody else may hold whatever was sent.

const OURS: readonly string[] = ["ServiceError", "SecretError", "ConfigError", "CommittedError", "RowChanged", "RowExists"];

const isOurs = (error: Error): boolean => OURS.includes(error.name);

/** An error for the log: its class, and its message if it is one of ours. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return isOurs(error) ? `${error.name}: ${error.message}` : error.name;
}

/**
 * An error as the platform may have it, which logs what a function throws and keeps what an activity throws in its history: one of
 * ours as it is, of any other its class and where it was thrown.
 */
export function withoutWords(error: unknown): Error {
  if (error instanceof Error && isOurs(error)) return error;
  const name = error instanceof Error ? error.name : "unknown";
  const places = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^ +at /.test(line)) : [];
  const told = new Error(`An error that nobody foresaw (${name}).`);
  told.name = name;
  told.stack = [`${name}: ${told.message}`, ...places].join("\n");
  return told;
}
