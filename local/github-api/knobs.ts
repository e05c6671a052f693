import { ALL_PERMISSIONS, type Permissions, type Profile } from "./profiles.ts";

/** How the simulator behaves where GitHub differs by account, by time, or is not documented. */
export interface GithubKnobs {
  /** Points an hour for each actor; documented for a user: 5,000. */
  readonly pointsPerHour: number;
  /** Points a minute of the secondary limit; documented: 2,000, where a query counts 1 and a mutation 5. */
  readonly secondaryPointsPerMinute: number;
  /** Creations a minute for each actor; measured by others for issues: about 20. */
  readonly createsPerMinute: number;
  /** Creations an hour for each actor; documented: about 500, measured: down to 150. */
  readonly createsPerHour: number;
  /** `type` of the error of the primary limit. */
  readonly rateLimitType: "RATE_LIMITED" | "RATE_LIMIT";
  /** Whether the secondary limit says how long to wait. */
  readonly retryAfterHeader: boolean;
  /** ms that search lags behind; reported: seconds to 12 minutes. */
  readonly searchLagMs: number;
  /** Whether closing a closed issue with another reason changes the reason. */
  readonly closeAgainChangesReason: boolean;
  /** Kinds of change that do not move `updatedAt`. */
  readonly changesWithoutTouch: readonly TouchCause[];
  /** Webhooks carry node ids of the older form. */
  readonly legacyWebhookIds: boolean;
  /** Reads of `mergeable` that answer UNKNOWN before it is computed. */
  readonly mergeableUnknownReads: number;
  /** ms that the merge queue takes for a pull request that is ready. */
  readonly mergeQueueMs: number;
  /** What the login of a bot looks like in GraphQL; `viewer` always has the suffix. */
  readonly botSuffixInGraphql: boolean;
  /** Most items of a project that are not archived; documented: 50,000. */
  readonly maxProjectItems: number;
  /** What tokens are, by token; goes before what was seeded. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** The seeded app; without it any JSON web token is taken for the app's. */
  readonly app: AppRegistration | undefined;
  /** What the installation of the app was given; tokens keep what they were made with. */
  readonly installation: { readonly permissions: Permissions; readonly suspended: boolean; readonly withoutRepository?: boolean };
}

/** How an app shows who it is. */
export interface AppRegistration {
  readonly appId: number;
  /** PEM. */
  readonly publicKey: string;
}

/** A kind of change to an issue or pull request. */
export type TouchCause =
  "text" | "state" | "labels" | "assignees" | "milestone" | "type" | "comment" | "lock" | "parent" | "dependency" | "project";

/** The knobs as they stand when nothing is said. */
export const DEFAULT_KNOBS: GithubKnobs = {
  pointsPerHour: 5_000,
  secondaryPointsPerMinute: 2_000,
  createsPerMinute: 20,
  createsPerHour: 400,
  rateLimitType: "RATE_LIMITED",
  retryAfterHeader: true,
  searchLagMs: 10_000,
  closeAgainChangesReason: true,
  changesWithoutTouch: ["parent", "project"],
  legacyWebhookIds: false,
  mergeableUnknownReads: 1,
  mergeQueueMs: 5_000,
  botSuffixInGraphql: false,
  maxProjectItems: 50_000,
  profiles: {},
  app: undefined,
  installation: { permissions: ALL_PERMISSIONS, suspended: false },
};
