import type { ItemKind, ItemSnapshot } from "../sync/model.ts";

/** What a delivery of GitHub says. */
export type GithubDelivery =
  | { readonly kind: "ping" }
  | {
      readonly kind: "item";
      /** GitHub's word: `opened`, `edited`, `closed`, `deleted`, `transferred` … */
      readonly action: string;
      /** `owner/name` */
      readonly repository: string;
      /** Node id. */
      readonly repositoryId: string;
      /** As the payload shows it, read at its own `updatedAt`; payloads do not tell the parent. */
      readonly item: ItemSnapshot;
      /** The item that this one became by a transfer. */
      readonly movedTo: ItemSnapshot | null;
      /** Database id of who did it; `null` when GitHub does not say. */
      readonly senderId: string | null;
    }
  | {
      readonly kind: "projectItem";
      readonly action: string;
      readonly contentKind: ItemKind;
      readonly contentNodeId: string;
      readonly projectItemNodeId: string | null;
      readonly projectNodeId: string | null;
      readonly senderId: string | null;
    }
  | {
      /** What may let a pair go on that waits: a review, a check, a push. */
      readonly kind: "hint";
      /** `owner/name` */
      readonly repository: string;
      /** Database ids of the pull requests that it is about. */
      readonly itemIds: readonly string[];
      /** Names of the branches of the repository that it is about. */
      readonly branches: readonly string[];
    }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "malformed"; readonly reason: string };
