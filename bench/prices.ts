// Prices that the cost table is worked out with. They are inputs, not facts: put in those of your region and day.
// @see https://azure.microsoft.com/pricing/details/functions/, the page of storage and that of monitor beside it.

/** One price in US dollars, with what is known of it. */
export interface Price {
  readonly what: string;
  readonly usd: number;
  readonly per: string;
  /** When and where it was seen; `assumed`: from memory, not looked up. */
  readonly from: string;
}

const SEEN = "a published overview of May 2025 (East US)";
const ASSUMED = "assumed, not looked up";

export const PRICES = {
  onDemandTime: { what: "Flex Consumption, on demand, time", usd: 0.000026, per: "GB-second", from: SEEN },
  executions: { what: "Flex Consumption, executions", usd: 0.4, per: "million", from: ASSUMED },
  readyBaseline: { what: "Flex Consumption, always ready, baseline", usd: 0.000004, per: "GB-second", from: ASSUMED },
  readyTime: { what: "Flex Consumption, always ready, time at work", usd: 0.000016, per: "GB-second", from: ASSUMED },
  table: { what: "Table Storage, requests", usd: 0.0004, per: "10,000", from: ASSUMED },
  queue: { what: "Queue Storage, requests", usd: 0.004, per: "10,000", from: ASSUMED },
  frequentAlert: { what: "Azure Monitor, an alert that is asked every 5 minutes", usd: 1.5, per: "month", from: ASSUMED },
  rareAlert: {
    what: "Azure Monitor, an alert that is asked every 15 minutes or less often",
    usd: 0.5,
    per: "month",
    from: ASSUMED,
  },
  metricAlert: { what: "Azure Monitor, an alert on a metric", usd: 0.1, per: "month", from: ASSUMED },
  testRun: { what: "Azure Monitor, a run of the availability test", usd: 0.0006, per: "run", from: ASSUMED },
} as const satisfies Readonly<Record<string, Price>>;

/** What is free each month, on demand only, for the whole subscription; assumed too. */
export const GRANT = { gbSeconds: 100_000, executions: 250_000 } as const;
