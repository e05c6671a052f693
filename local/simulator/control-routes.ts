import type { Fault, Journal, WebhookControl } from "./contract.ts";
import { parseFaults } from "./fault-plan.ts";
import type { Vendor } from "./vendor.ts";
import { parseWebhookControl } from "./webhook-control.ts";

/** What the control routes act on. */
export interface ControlTargets {
  readJournal(): Journal;
  clearJournal(): void;
  setFaults(faults: readonly Fault[]): void;
  setWebhooks(control: WebhookControl): void;
  reset(): void;
  readonly vendor: Pick<Vendor, "webhookFields" | "webhooksControlled">;
}

type Route = (body: unknown) => unknown;

const refuse = (status: number, message: string): Response => Response.json({ error: message }, { status });

/** Creates the handler of `/__sim/…`, the same for all simulators; it answers JSON, 400 to what it cannot read and 404 to other routes. */
export function createControlRoutes(targets: ControlTargets): (method: string, path: string, bodyText: string) => Response {
  const { vendor } = targets;
  const routes: Readonly<Record<string, Route>> = {
    "GET /__sim/requests": () => targets.readJournal(),
    "DELETE /__sim/requests": () => {
      targets.clearJournal();
      return { cleared: true };
    },
    "PUT /__sim/faults": (body) => {
      const faults = parseFaults(body);
      targets.setFaults(faults);
      return { faults };
    },
    "PUT /__sim/webhooks": (body) => {
      targets.setWebhooks(parseWebhookControl(body, vendor.webhookFields));
      vendor.webhooksControlled?.(body as Record<string, unknown>);
      return { changed: true };
    },
    "POST /__sim/reset": () => {
      targets.reset();
      return { reset: true };
    },
  };
  return (method, path, bodyText) => {
    const route = routes[`${method} ${path}`];
    if (!route) return refuse(404, `There is no ${method} ${path}. There are: ${Object.keys(routes).join(", ")}.`);
    try {
      const body: unknown = bodyText === "" ? undefined : JSON.parse(bodyText);
      return Response.json(route(body));
    } catch (error) {
      return refuse(400, error instanceof Error ? error.message : String(error));
    }
  };
}
