// The texts of failures, as the extension words them.

const DETAILS_CHARS = 3_500; // characters; the extension writes 3 to 8 KB, so that nobody comes to depend on short ones

/** Reason of a failed activity; two spaces after the colon, as up to extension 3.15. */
export function activityReason(name: string, message: string): string {
  return `Activity function '${name}' failed:  ${message}`;
}

/** Details of a failed activity: a serialized exception of a few KB. */
export function activityDetails(name: string, message: string, stack: string): string {
  const frames: string[] = [];
  const size = (): number => frames.length * 150 + stack.length + message.length * 2;
  while (size() < DETAILS_CHARS) {
    frames.push(
      `   at LocalHost.Listener.ActivityShim.RunAsync(TaskContext context, String rawInput) in frame ${frames.length}: stands for a .NET stack trace of the extension`,
    );
  }
  return JSON.stringify({
    $type: "LocalHost.FunctionFailedException",
    ClassName: "LocalHost.FunctionFailedException",
    Message: activityReason(name, message),
    Data: null,
    InnerException: { ClassName: "LocalHost.RpcException", Message: `Result: Failure\nException: ${message}\nStack: ${stack}` },
    StackTraceString: frames.join("\n"),
    HResult: -2146233088,
    Source: "LocalHost",
  });
}

/** Details of a failed sub-orchestration. */
export function childDetails(message: string): string {
  return `Message: ${message}, StackTrace:    at LocalHost.OrchestrationShim.Run(OrchestrationContext context)`;
}

/** Says that a function is missing, and which ones there are. */
export function missingFunction(kind: "activity" | "orchestrator", name: string, known: readonly string[]): string {
  const list = known.map((each) => `'${each}'`).join(", ");
  return (
    `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. ` +
    `Additional info: The following are the known ${kind} functions: ${list}.`
  );
}

/** Message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
