// The parts of GitHub's webhook payloads that are used, in GitHub's words.
import * as z from "zod/mini";

const Name = z.object({ name: z.string() });

/** What an issue and a pull request have in common. Fields that old servers leave out are optional. */
const shared = {
  id: z.int(),
  node_id: z.string(),
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  body: z.nullish(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: z.nullish(z.string()),
  state: z.optional(z.enum(["open", "closed"])),
  labels: z.optional(z.array(z.nullable(Name))),
  assignees: z.optional(z.array(z.nullable(z.object({ login: z.string() })))),
  milestone: z.nullish(z.object({ title: z.string() })),
};

const Issue = z.object({ ...shared, state_reason: z.nullish(z.string()), type: z.nullish(Name) });
const Head = z.object({ ref: z.string(), sha: z.string() });
const PullRequest = z.object({
  ...shared,
  draft: z.optional(z.boolean()),
  merged: z.nullish(z.boolean()),
  head: Head,
  base: Head,
  auto_merge: z.nullish(z.looseObject({})),
});
const Repository = z.object({ node_id: z.string(), full_name: z.string() });
const Sender = z.nullish(z.object({ id: z.int() }));

/** Payload of `issues`. `changes` names the new issue after a transfer. */
export const IssuesPayload = z.object({
  action: z.string(),
  issue: Issue,
  repository: Repository,
  sender: Sender,
  changes: z.optional(z.object({ new_issue: z.nullish(Issue), new_repository: z.nullish(Repository) })),
});

/** Payload of `pull_request`. */
export const PullRequestPayload = z.object({
  action: z.string(),
  pull_request: PullRequest,
  repository: Repository,
  sender: Sender,
});

/** `to` is the value as it is now: a text, a number, an option, an iteration, or nothing. Servers before 2024 leave it out. */
const FieldChange = z.object({
  field_name: z.optional(z.string()),
  field_type: z.optional(z.string()),
  project_number: z.optional(z.int()),
  to: z.optional(z.unknown()),
});

/** Payload of `projects_v2_item`, which names neither repository nor number. */
export const ProjectItemPayload = z.object({
  action: z.string(),
  projects_v2_item: z.object({
    content_node_id: z.string(),
    content_type: z.string(),
  }),
  changes: z.optional(z.object({ field_value: z.optional(FieldChange) })),
  organization: z.nullish(z.object({ login: z.string() })),
});

/** Payload of `pull_request_review`. */
export const ReviewPayload = z.object({
  action: z.string(),
  review: z.object({ state: z.string() }),
  pull_request: z.object({ id: z.int() }),
  repository: Repository,
});

/** Payload of `check_suite`. */
export const CheckSuitePayload = z.object({
  action: z.string(),
  check_suite: z.object({ head_branch: z.nullish(z.string()), pull_requests: z.array(z.object({ id: z.int() })) }),
  repository: Repository,
});

/** Payload of `status`. */
export const StatusPayload = z.object({
  sha: z.string(),
  state: z.string(),
  branches: z.array(z.object({ name: z.string(), commit: z.object({ sha: z.nullish(z.string()) }) })),
  repository: Repository,
});

/** Payload of `push`. */
export const PushPayload = z.object({ ref: z.string(), deleted: z.boolean(), repository: Repository });

export type IssuePayload = z.infer<typeof Issue>;
export type PullPayload = z.infer<typeof PullRequest>;
export type RepositoryPayload = z.infer<typeof Repository>;

/** Reads a payload, or says in one sentence what is wrong with it, without quoting it. */
export function parsePayload<T>(schema: z.ZodMiniType<T>, payload: unknown): { readonly value: T } | { readonly reason: string } {
  const result = schema.safeParse(payload);
  if (result.success) return { value: result.data };
  const places = result.error.issues.map(({ path }) => `"${path.join(".")}"`);
  return { reason: `Expected GitHub's payload, found something else at ${[...new Set(places)].join(", ")}.` };
}
