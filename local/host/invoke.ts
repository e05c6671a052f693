import { randomUUID } from "node:crypto";
import type { LoadedApp, RegisteredFunction } from "./functions-core.ts";
import type { Log, LogEntry } from "./log.ts";
import type { TypedData } from "./typed-data.ts";

/** What a trigger hands to a function. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  readonly invocationId?: string;
}

/** Runs one function once. Rejects with what it threw. */
export type Invoke = (target: RegisteredFunction, input: TriggerInput) => Promise<TypedData | null | undefined>;

/**
 * Makes the function that invokes the app's functions, as the Node worker does it.
 *
 * @param durableClient Text of the durable client binding.
 */
export function createInvoke(app: LoadedApp, log: Log, durableClient: () => string): Invoke {
  return async (target, input) => {
    const invocationId = input.invocationId ?? randomUUID();
    const inputData = [{ name: target.trigger.name, data: input.data }];
    for (const [name, binding] of Object.entries(target.bindings)) {
      if (/^(durable|orchestration)client$/i.test(binding.type)) inputData.push({ name, data: { string: durableClient() } });
    }
    const coreContext = {
      invocationId,
      metadata: { name: target.name, functionId: target.functionId, bindings: target.bindings },
      request: { invocationId, functionId: target.functionId, inputData, triggerMetadata: input.metadata ?? {} },
      state: undefined as string | undefined,
      log: (level: LogEntry["level"], category: string, message: string): void =>
        log(level, category === "user" ? `Function.${target.name}.User` : `Function.${target.name}`, message, invocationId),
    };
    const model = await app.model.getInvocationModel(coreContext);
    const { context, inputs } = await model.getArguments();
    const shared = { hookData: {}, appHookData: app.appHookData, invocationContext: context };

    coreContext.state = "preInvocationHooks";
    const before = { ...shared, inputs, functionCallback: target.callback };
    await app.runHooks("preInvocation", before);

    coreContext.state = "invocation";
    const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: undefined, error: undefined };
    try {
      after["result"] = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after["error"] = error ?? new Error("the function threw nothing");
    }

    coreContext.state = "postInvocationHooks";
    await app.runHooks("postInvocation", after);
    if (after["error"]) throw toError(after["error"]);
    return (await model.getResponse(context, after["result"])).returnValue;
  };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(typeof thrown === "string" ? thrown : JSON.stringify(thrown));
}
