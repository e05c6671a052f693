import type { ServiceError } from "../sync/error.ts";
import { PULL_REQUEST_REMEDIES } from "./pull-request-errors.ts";

const AGAIN = "Nothing needs to be done: it is tried again.";

const REMEDIES: Readonly<Record<string, string>> = {
  archived: "Unarchive the repository on GitHub, or map the page to another one.",
  bad_request: "This is a fault of Notion Sync: please report it with the time of the failure.",
  body_too_long: "Shorten the text of the page: GitHub allows 65,536 characters.",
  contents_forbidden:
    "Give the token or GitHub App the repository permission Contents (read and write): branches are read and pull requests merged with it.",
  deadline_passed: AGAIN,
  forbidden: "Give the token or GitHub App write access to issues and pull requests of the repository.",
  incomplete_result: AGAIN,
  insufficient_scopes:
    "Give the token the missing scopes on GitHub under Settings, Developer settings: `repo`, and `project` for projects.",
  invalid: "Change the value so that GitHub accepts it.",
  issues_forbidden:
    "Give the token or GitHub App the repository permission Issues (read and write): issues, labels, assignees and milestones go by it.",
  item_archived: "Restore the item from the archive of the project on GitHub.",
  issues_disabled: "Switch on issues in the settings of the repository on GitHub.",
  label_taken: AGAIN,
  not_applied: "Look at the item on GitHub: somebody or a rule of the repository may have changed it at the same time.",
  not_assignable: "Choose people who have access to the repository.",
  not_found: "Check that the repository or item still exists and that the token or GitHub App may see it.",
  option_stale: AGAIN,
  project_forbidden:
    "Give the token write access to the project: a classic token needs the scope `project`, a fine-grained token or GitHub App the organisation permission Projects (read and write); projects of users can be reached with classic tokens only.",
  project_full: "Archive or delete items of the project on GitHub.",
  project_unreachable:
    "Use a token that can reach the project: for an organisation a GitHub App or fine-grained token with its permission Projects (read and write), or a classic token with the scope `project`; for a user only the latter. Check owner and number, too.",
  pull_requests_forbidden:
    "Give the token or GitHub App the repository permission Pull requests (read and write): pull requests are read and made with it.",
  query_limits: "This is a fault of Notion Sync: please report it with the time of the failure.",
  rate_limited: AGAIN,
  redirected: "Set `GITHUB_API_URL` to the address that answers by itself; redirects are not followed.",
  resource_limits: AGAIN,
  sso_required:
    "Authorise the token for the organisation's single sign-on: on GitHub under Settings, Developer settings, Configure SSO.",
  sub_issue_absent: AGAIN,
  sub_issue_present: AGAIN,
  suspended: "Unsuspend the installation on GitHub under Settings, Applications, Installed GitHub Apps.",
  timeout: AGAIN,
  title_missing: "Give the page a title.",
  title_too_long: "Shorten the title of the page: GitHub allows 256 characters.",
  token_unavailable: "Check that the token or the GitHub App's private key is set and can be read from Key Vault.",
  unauthorized: "Make a new token, or check the GitHub App's id and private key, and store it in place of the old one.",
  unavailable: AGAIN,
  ...PULL_REQUEST_REMEDIES,
  unreachable: "Check the network and the address in `GITHUB_API_URL`; it is tried again.",
};

/** The codes that an error from GitHub can have. */
export const GITHUB_ERROR_CODES: readonly string[] = Object.keys(REMEDIES);

/** What a person can do about an error from GitHub, in one sentence. */
export const toRemedy = (error: Pick<ServiceError, "code">): string => REMEDIES[error.code] ?? AGAIN;
