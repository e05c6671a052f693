import type { FieldValue, ItemSnapshot } from "../sync/model.ts";
import type { Whereabouts } from "../sync/place.ts";

/** What a delivery tells of an item in a project: one field's value, `undefined` when it cannot be told, or where the item stands. */
export type ProjectItemNews =
  | {
      readonly kind: "value";
      /** Number of the project; `null` when GitHub does not say. */
      readonly projectNumber: number | null;
      /** The field's name. */
      readonly field: string;
      readonly value: FieldValue | undefined;
    }
  | { readonly kind: "place"; readonly place: Whereabouts };

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
      /** Node id of the issue or pull request. */
      readonly contentNodeId: string;
      /** Its database id, when the node id has the older form, which tells it. */
      readonly contentId: string | null;
      /** Login of the organisation whose project it is; `null` when GitHub does not say. */
      readonly owner: string | null;
      /** `null`: something else, or nothing that this version understands. */
      readonly news: ProjectItemNews | null;
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
