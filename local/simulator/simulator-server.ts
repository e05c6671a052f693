import type { Fault, Simulator, SimulatorOptions } from "./contract.ts";
import { createControlRoutes } from "./control-routes.ts";
import { createFaultPlan } from "./fault-plan.ts";
import { listenHttp, type HttpListener } from "./http-listener.ts";
import { createJournal, type OpenEntry } from "./journal.ts";
import { createRandom } from "./random.ts";
import type { ReceivedRequest, RequestContext, SimulatorKit, Vendor } from "./vendor.ts";
import { createWebhookSender } from "./webhook-sender.ts";

const DEFAULT_SEED = 1;

/** What a simulator is made of. */
export interface SimulatorServerOptions extends SimulatorOptions {
  /** Called once, at the start. */
  readonly createVendor: (kit: SimulatorKit) => Vendor;
  /** How long after failed webhook attempt `attempt` (from 1) the next one comes; default: never. */
  readonly retryDelayMs?: (attempt: number) => number | undefined;
}

const isTerminal = (fault: Fault): boolean => fault.kind !== "delay" && fault.kind !== "staleList";
const cut = (): TypeError => new TypeError("fetch failed", { cause: new Error("the simulator cut the connection") });

const overlay = async (response: Response, fault: Fault): Promise<Response> => {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers.set(name, value);
  const given = fault.body === undefined ? await response.text() : fault.body;
  const body = typeof given === "string" ? given : JSON.stringify(given);
  return new Response(response.status === 204 || response.status === 304 ? null : body, { status: response.status, headers });
};

/**
 * Creates a simulator: everything that is the same for all vendors, around the vendor's own part.
 *
 * @remarks Waits go through the clock's `sleep`, so under a virtual clock whoever calls `fetch` counts as busy, as for any sleep.
 */
export function createSimulatorServer(options: SimulatorServerOptions): Simulator {
  const { clock } = options;
  const random = createRandom(options.seed ?? DEFAULT_SEED);
  const moodRandom = createRandom((options.seed ?? DEFAULT_SEED) + 1); // lost deliveries must not shift the ids
  const journal = createJournal(clock);
  const plan = createFaultPlan();
  const problems = new Set<string>();
  const listeners = new Set<HttpListener>();
  const webhooks = createWebhookSender({
    clock,
    random: moodRandom,
    deliver: options.deliver ?? fetch,
    webhooks: options.webhooks,
    retryDelayMs: options.retryDelayMs ?? (() => undefined),
  });
  const vendor = options.createVendor({ clock, random, webhooks, missing: (name) => void problems.add(name) });

  const carryOut = async (request: ReceivedRequest, context: RequestContext): Promise<Response> => {
    try {
      return await vendor.handle(request, context);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      problems.add(`${request.method} ${request.url.pathname} crashed the simulator: ${reason}`);
      return Response.json({ message: `the simulator failed: ${reason}` }, { status: 500 });
    }
  };

  const meet = async (fault: Fault, request: ReceivedRequest, context: RequestContext): Promise<Response> => {
    switch (fault.kind) {
      case "status":
        return overlay(await vendor.faultAnswer({ status: fault.status ?? 500, fault, request }), fault);
      case "hang":
        if (fault.afterEffect) await carryOut(request, context);
        await clock.sleep(Infinity, request.signal);
        throw cut();
      case "dropAfterEffect": {
        const effect = await carryOut(request, context);
        if (fault.status === undefined) throw cut();
        return overlay(await vendor.faultAnswer({ status: fault.status, fault, request, effect }), fault);
      }
      case "partial":
        return carryOut(request, { ...context, partial: fault });
      case "delay":
      case "staleList":
        return carryOut(request, context);
    }
  };

  const serve = async (request: ReceivedRequest, entry: OpenEntry): Promise<Response> => {
    const faults = plan.take(entry.kind);
    if (faults.length > 0) entry.fault = faults.map((fault) => fault.kind).join("+");
    for (const { kind, delayMs = 0 } of faults) if (kind === "delay") await clock.sleep(delayMs, request.signal);
    const stale = faults.find((fault) => fault.kind === "staleList");
    const context: RequestContext = {
      ...(stale ? { asOfMs: clock.now() - (stale.ageMs ?? 0) } : {}),
      note: (detail) => void (entry.detail = { ...entry.detail, ...detail }),
    };
    const terminal = faults.find(isTerminal);
    return terminal ? meet(terminal, request, context) : carryOut(request, context);
  };

  const control = createControlRoutes({
    readJournal: () => journal.read(),
    clearJournal: () => journal.clear(),
    setFaults: (faults) => plan.set(faults),
    setWebhooks: (value) => webhooks.control(value),
    reset: () => simulator.reset(),
    vendor,
  });

  const receive = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const bodyText = await request.text();
    if (url.pathname.startsWith("/__sim/")) return control(request.method, url.pathname, bodyText);
    const received = { method: request.method, url, headers: request.headers, bodyText, signal: request.signal };
    const entry = journal.open(vendor.describe(received));
    const response = await serve(received, entry);
    request.signal.throwIfAborted();
    entry.status = response.status;
    return response;
  };

  const simulator: Simulator = {
    fetch: receive,
    async listen(port = 0) {
      const listener = await listenHttp(receive, port);
      listeners.add(listener);
      return listener.url;
    },
    async close() {
      webhooks.reset();
      await Promise.all([...listeners].map((listener) => listener.close()));
      listeners.clear();
    },
    reset() {
      random.restart();
      moodRandom.restart();
      webhooks.reset();
      plan.set([]);
      problems.clear();
      vendor.reset();
      journal.clear();
    },
    journal: () => journal.read(),
    clearJournal: () => journal.clear(),
    setFaults: (faults) => plan.set(faults),
    setWebhooks: (value) => webhooks.control(value),
    webhooksSettled: () => webhooks.settled(),
    verify() {
      const found = [...problems, ...plan.unfired()];
      if (found.length > 0) throw new Error(`The simulator met what it should not have:\n- ${found.join("\n- ")}`);
    },
  };
  return simulator;
}
