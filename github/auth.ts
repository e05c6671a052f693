import { askForToken, REFUSED_APP } from "./app-token.ts";
import type { AppIdentity, AppToken } from "./app-token.ts";
import { toTokenError } from "./error.ts";

/** Gives the token that requests are sent with. */
export interface GithubAuth {
  /** @throws ServiceError when there is none; nothing was sent then. */
  token(): Promise<string>;
  /** Drops a token after GitHub refused it, so that the next one is read anew; another one that is there meanwhile stays. */
  forget(refused: string): void;
  /** Called after GitHub said that a permission is missing: a token of an installation never learns of one that was given later. */
  doubt(): void;
}

/** What a token needs. */
export interface TokenAuthOptions {
  /** Reads the token; called for each request, so it should keep it for a while. */
  readonly token: () => Promise<string>;
  /** Called with the token that GitHub refused. */
  readonly onUnauthorized: (refused: string) => void;
}

/** Creates the authentication by a personal access token. */
export function createTokenAuth({ token, onUnauthorized }: TokenAuthOptions): GithubAuth {
  return {
    async token() {
      const value = (await token()).trim();
      if (value === "") throw toTokenError("No token for GitHub is set.");
      return value;
    },
    forget: onUnauthorized,
    doubt: () => undefined,
  };
}

/** What a GitHub App needs. */
export interface AppAuthOptions extends AppIdentity {
  /** Reads the private key (PEM); called only when a new token is needed. */
  readonly privateKey: () => Promise<string>;
  /** Called when GitHub refused a token, or what was signed for one, so that the private key is read anew. */
  readonly onUnauthorized: () => void;
}

const EXPIRY_MARGIN_MS = 2 * 60_000; // ms; tokens live an hour, and requests may be under way when they end

const DOUBTED_AFTER_MS = 60_000; // ms; how old a token is before a missing permission makes the app ask for another one

/** Creates the authentication as an installation of a GitHub App; its tokens are kept until shortly before they end. */
export function createAppAuth(options: AppAuthOptions): GithubAuth {
  const { clock, onUnauthorized } = options;
  let kept: AppToken | undefined;
  let pending: Promise<AppToken> | undefined;

  /** A key that was changed on GitHub is refused before the vault is asked for the new one. */
  const make = async (): Promise<AppToken> => {
    const privateKey = await options.privateKey();
    const first = await askForToken(options, privateKey);
    if (first !== "refused") return first;
    onUnauthorized();
    const nextKey = await options.privateKey();
    const second = nextKey === privateKey ? first : await askForToken(options, nextKey);
    if (second === "refused") throw toTokenError(REFUSED_APP);
    return second;
  };

  return {
    async token() {
      if (kept && kept.expiresAtMs - EXPIRY_MARGIN_MS > clock.now()) return kept.token;
      pending ??= make().finally(() => (pending = undefined));
      kept = await pending;
      return kept.token;
    },
    forget(refused) {
      // What was under way with an older one says nothing about the present one.
      if (kept?.token !== refused) return;
      kept = undefined;
      onUnauthorized();
    },
    doubt() {
      if (kept && clock.now() - kept.madeAtMs >= DOUBTED_AFTER_MS) kept = undefined;
    },
  };
}
