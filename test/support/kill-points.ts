// The moments at which a host can be killed: around each call of an API, each write to storage, each commit of the durable engine.
import type { TableHooks, TableOperation } from "./memory-table.ts";

/** What is counted. */
export type OperationKind = "notion" | "github" | "storage" | "commit";

/** One moment: around the n-th operation (from 1) of a kind since the counting began. */
export interface KillPoint {
  readonly kind: OperationKind;
  readonly n: number;
  /** Before it; when it has had its effect and nobody knows; when its answer was heard, before anything else is done. */
  readonly when: "before" | "effect" | "after";
}

/** Counts operations, and kills at one of them. */
export interface KillSwitch {
  /** How many there were of each kind since `arm`. */
  counts(): Readonly<Record<OperationKind, number>>;
  /** Starts counting anew; with a point, kills there. `watch` is told of every point that is passed. */
  arm(point: KillPoint | undefined, kill: () => void, watch?: (point: KillPoint) => void): void;
  /** Counts no more. */
  disarm(): void;
  hasKilled(): boolean;
  /** Carries out an operation that is counted under a kind, or not at all; does not return when the host was killed on the way into it. */
  around(kind: OperationKind | undefined, send: () => Promise<Response>): Promise<Response>;
  /** For `WorldOptions`. */
  readonly onRequest: (send: () => Promise<Response>, request: Request) => Promise<Response>;
  readonly onCommit: (when: "before" | "after") => void;
  /** For the table in memory. */
  readonly hooks: TableHooks;
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Creates a switch that is not armed. */
export function createKillSwitch(): KillSwitch {
  const counts = { notion: 0, github: 0, storage: 0, commit: 0 };
  let point: KillPoint | undefined;
  let kill = (): void => undefined;
  let isArmed = false;
  let isDue = false;
  let killed = false;
  let watch: ((point: KillPoint) => void) | undefined;

  const strike = (): void => {
    isDue = false;
    killed = true;
    isArmed = false;
    kill();
  };
  const isAt = (kind: OperationKind, n: number, when: KillPoint["when"]): boolean =>
    isArmed && point?.kind === kind && point.n === n && point.when === when;
  /** Counts an operation; `undefined`: the host was killed on the way into it. */
  const enter = (kind: OperationKind | undefined): number | undefined => {
    if (!isArmed) return 0;
    const n = kind ? (counts[kind] += 1) : 0;
    if (kind) watch?.({ kind, n, when: "before" });
    if (!isDue && !(kind && isAt(kind, n, "before"))) return n;
    strike();
    return undefined;
  };
  const leave = (kind: OperationKind, n: number): void => {
    if (isArmed) for (const when of ["effect", "after"] as const) watch?.({ kind, n, when });
    if (isAt(kind, n, "effect")) strike();
    else if (isAt(kind, n, "after")) isDue = true;
  };
  const around: KillSwitch["around"] = async (kind, send) => {
    const n = enter(kind);
    if (n === undefined) return never();
    const response = await send();
    if (kind) leave(kind, n);
    return response;
  };
  let commit = 0;
  const writes = new WeakMap<TableOperation, number>();

  return {
    counts: () => ({ ...counts }),
    arm(at, how, onPass) {
      watch = onPass;
      Object.assign(counts, { notion: 0, github: 0, storage: 0, commit: 0 });
      point = at;
      kill = how;
      isArmed = true;
      isDue = false;
      killed = false;
    },
    disarm: () => void (isArmed = false),
    hasKilled: () => killed,
    around,
    onRequest: (send, request) => around(new URL(request.url).port === "7081" ? "notion" : "github", send),
    onCommit(when) {
      if (when === "before") commit = enter("commit") ?? 0;
      else leave("commit", commit);
    },
    hooks: {
      before(operation) {
        const n = enter(operation.isWrite ? "storage" : undefined);
        if (n === undefined) return never();
        writes.set(operation, n);
      },
      after(operation) {
        if (operation.isWrite) leave("storage", writes.get(operation) ?? 0);
      },
    },
  };
}

/** All points of a run that made so many operations. */
export function allKillPoints(counts: Readonly<Record<OperationKind, number>>): readonly KillPoint[] {
  const whens = (kind: OperationKind): readonly KillPoint["when"][] =>
    kind === "notion" || kind === "github" ? ["before", "effect", "after"] : ["before", "effect"];
  return Object.entries(counts).flatMap(([name, count]) => {
    const kind = name as OperationKind;
    return Array.from({ length: count }, (_, index) => whens(kind).map((when) => ({ kind, n: index + 1, when }))).flat();
  });
}

export function nameOf({ kind, n, when }: KillPoint): string {
  const words = { before: "before", effect: "after the effect of", after: "after the answer of" };
  return `${words[when]} ${kind} ${n}`;
}
