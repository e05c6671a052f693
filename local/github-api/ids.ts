// Identity of objects: opaque node ids, database ids, the older form of node ids, and commit ids.
import { createHash } from "node:crypto";

/** Prefix of the node ids of each type. */
const PREFIXES = {
  User: "U_kgDO",
  Bot: "BOT_kgDO",
  Organization: "O_kgDO",
  Repository: "R_kgDO",
  Label: "LA_kwDO",
  Milestone: "MI_kwDO",
  IssueType: "IT_kwDO",
  Issue: "I_kwDO",
  PullRequest: "PR_kwDO",
  IssueComment: "IC_kwDO",
  Ref: "REF_kwDO",
  Commit: "C_kwDO",
  ProjectV2: "PVT_kwDO",
  ProjectV2Field: "PVTF_lADO",
  ProjectV2SingleSelectField: "PVTSSF_lADO",
  ProjectV2IterationField: "PVTIF_lADO",
  ProjectV2Item: "PVTI_lADO",
  ProjectV2ItemFieldValue: "PVTFV_lQDO",
  DraftIssue: "DI_lADO",
  MergeQueueEntry: "MQE_lADO",
  LinkedBranch: "LB_kwDO",
} as const;

/** A type whose objects have a node id. */
export type NodeType = keyof typeof PREFIXES;

const FIRST_DATABASE_ID = 3_000_000_000; // beyond 32 bits, as GitHub's newer issue ids are
const SMALL_DATABASE_ID = 90_000; // users, repositories and installations still fit an Int

/** Makes ids that are the same for the same seed and order of calls. */
export interface IdFactory {
  /** A number that fits 32 bits. */
  smallId(): number;
  /** A number beyond 32 bits, to be shown as a string. */
  bigId(): number;
  nodeId(type: NodeType, key: number | string): string;
  /** Eight hexadecimal digits, as option ids of Projects are. */
  optionId(): string;
  /** 40 hexadecimal digits that depend on `content`. */
  oid(content: string): string;
  /** How far the counters are, for `moveTo`. */
  position(): IdPosition;
  moveTo(position: IdPosition): void;
}

/** What the counters gave last. */
export interface IdPosition {
  readonly small: number;
  readonly big: number;
  readonly counter: number;
}

/** Creates the ids of one simulator. */
export function createIdFactory(seed: number): IdFactory {
  let small = SMALL_DATABASE_ID + (seed % 1_000) * 10;
  let big = FIRST_DATABASE_ID + (seed % 1_000) * 1_000;
  let counter = 0;
  const digest = (content: string): Buffer => createHash("sha1").update(`${seed}:${content}`).digest();

  return {
    smallId: () => (small += 7),
    bigId: () => (big += 13),
    nodeId: (type, key) => PREFIXES[type] + digest(`${type}:${key}`).subarray(0, 9).toString("base64url"),
    optionId: () =>
      digest(`option:${(counter += 1)}`)
        .toString("hex")
        .slice(0, 8),
    oid: (content) => digest(content).toString("hex"),
    position: () => ({ small, big, counter }),
    moveTo: (position) => void ({ small, big, counter } = position),
  };
}

/** Writes the older, readable form of a node id, which GitHub still understands and may still send. */
export function toLegacyId(type: string, databaseId: number | string): string {
  return Buffer.from(`0${type.length}:${type}${databaseId}`).toString("base64");
}
