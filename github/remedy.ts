import type { ServiceError } from "../sync/error.ts";
import { PULL_REQUEST_REMEDIES } from "./pull-request-errors.ts";

const AGAIN = "Nothing needs to be done: it is tried again.";

const REMEDIES: Readonly<Record<string, string>> = {
  archived: "Unarchive the repository on GitHub, or map the page to another one.",
  bad_request: "This is a fault of Notion Sync: please report it with the time of the failure.",
  body_too_long: "Shorten the text of the page: GitHub allows 65,536 characters.",
  deadline_passed: AGAIN,
  forbidden: "Give the token or GitHub App write access to issues and pull requests of the repository.",
  incomplete_result: AGAIN,
  insufficient_scopes:
    "Give the token the missing scopes on GitHub under Settings, Developer settings: `repo`, and `project` for projects.",
  invalid: "Change the value so that GitHub accepts it.",
  issues_disabled: "Switch on issues in the settings of the repository on GitHub.",
  not_applied: "Look at the item on GitHub: somebody or a rule of the repository may have changed it at the same time.",
  not_found: "Check that the repository or item still exists and that the token or GitHub App may see it.",
  query_limits: "This is a fault of Notion Sync: please report it with the time of the failure.",
  rate_limited: AGAIN,
  resource_limits: AGAIN,
  sso_required:
    "Authorise the token for the organisation's single sign-on: on GitHub under Settings, Developer settings, Configure SSO.",
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
export const toRemedy = (error: ServiceError): string => REMEDIES[error.code] ?? AGAIN;
