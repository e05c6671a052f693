// The app of the crash test: work of every kind, whose end can be told in advance however often it is killed.
import * as df from "durable-functions";
import type { OrchestrationContext, Task } from "durable-functions";

type Orchestration = Generator<Task, unknown, unknown>;

const FAILS_ONE_IN = 4;
const MANY_ATTEMPTS = 60;

df.app.activity("double", { handler: ({ n }: { n: number }) => 2 * n });
df.app.activity("slowly", {
  handler: async ({ n }: { n: number }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return n;
  },
});
df.app.activity("unsteady", {
  handler: ({ n }: { n: number }) => {
    if (Math.floor(Math.random() * FAILS_ONE_IN) === 0) throw new Error("unsteady");
    return n;
  },
});

const sum = (numbers: unknown): number => (numbers as number[]).reduce((left, right) => left + right, 0);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

df.app.orchestration("wide", function* (context: OrchestrationContext): Orchestration {
  const { n } = context.df.getInput<{ n: number }>();
  return sum(yield context.df.Task.all(upTo(n).map((index) => context.df.callActivity("double", { n: index }))));
});
df.app.orchestration("long", function* (context: OrchestrationContext): Orchestration {
  const { n } = context.df.getInput<{ n: number }>();
  let total = 0;
  for (const index of upTo(n)) total += Number(yield context.df.callActivity("double", { n: index }));
  return total;
});
df.app.orchestration("timed", function* (context: OrchestrationContext): Orchestration {
  const { n } = context.df.getInput<{ n: number }>();
  let total = 0;
  for (const index of upTo(n)) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 200));
    total += Number(yield context.df.callActivity("slowly", { n: index }));
  }
  return total;
});
df.app.orchestration("retried", function* (context: OrchestrationContext): Orchestration {
  const { n } = context.df.getInput<{ n: number }>();
  const tasks = upTo(n).map((index) => context.df.callSubOrchestrator("steady", { n: index }));
  return sum(yield context.df.Task.all(tasks));
});
df.app.orchestration("steady", function* (context: OrchestrationContext): Orchestration {
  return yield context.df.callActivityWithRetry("unsteady", new df.RetryOptions(20, MANY_ATTEMPTS), context.df.getInput());
});
