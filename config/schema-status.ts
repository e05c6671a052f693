import type * as z from "zod/mini";
import { DEFAULTS } from "./defaults.ts";
import { byName, flag, maybe, maybeNull, oneOf, strict, text } from "./schema-parts.ts";

/** `both`, `toGithub` or `toNotion`. */
export const direction = oneOf(["both", "toGithub", "toNotion"], {
  description: "Which way values go: both ways, only to GitHub, or only to Notion.",
  default: DEFAULTS.direction,
});

/** Who wins when both sides changed one field. */
export const conflict = oneOf(["notion", "github", "hold"], {
  description:
    "Whose value stands when both sides changed it since they last agreed; `hold` touches neither side until a person decides. The losing value is kept and shown.",
  default: DEFAULTS.conflict,
});

const StatusValue = strict(
  {
    item: oneOf(["none", "open", "closed"], {
      description:
        "State of the issue or pull request: `none` makes no item (a linked one is meant to be open), `open`, or `closed`.",
    }),
    reason: maybe(
      oneOf(["completed", "not_planned", "duplicate"], {
        description: "Why an issue is closed; only with `item: closed`.",
        default: "completed",
      }),
    ),
    pullRequest: maybeNull(
      oneOf(["merge", "autoMerge", "close"], {
        description:
          "What this status does to a pull request: merge it, merge it and enable auto-merge while checks or reviews are pending, or close it unmerged; only with `item: closed`.",
      }),
    ),
    project: maybeNull(
      text({ description: "Option of the project's status field (`status.projectField`); needs `github.project`." }),
    ),
    draft: maybeNull(flag({ description: "Makes the pull request a draft, or ready for review; absent leaves it alone." })),
  },
  { description: "What this status in Notion means on GitHub." },
);

/** The `status` key of a mapping. */
export const WrittenStatus = strict(
  {
    property: maybe(
      text({ description: "Notion property (status or select) that holds the status.", default: DEFAULTS.statusProperty }),
    ),
    projectField: maybe(
      text({
        description: "Single-select field of the project that holds the column; needs `github.project`.",
        default: DEFAULTS.projectField,
      }),
    ),
    direction: maybe(direction),
    conflict: maybe(conflict),
    values: byName(StatusValue, {
      description:
        "Status in Notion → what it means on GitHub. The order counts: a page takes the first value that agrees with its item.",
      minProperties: 1,
    }),
    created: maybeNull(
      text({ description: "Status of pages made from items: a listed value with `item: open` (default: the first one)." }),
    ),
    reopened: maybeNull(
      text({
        description: "Status of pages whose item was reopened: a listed value with `item: open` (default: the first one).",
      }),
    ),
  },
  { description: "How the status of a page and the state of its item go together." },
);
export type WrittenStatus = z.input<typeof WrittenStatus>;
