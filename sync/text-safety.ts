// Keeps text of one side from becoming live on GitHub. A guard is U+200B, put where GitHub would else see a mention, a
// reference or a commit. The text without U+200B says where guards belong, and it is the same before and after; a guard is added
// to what stands there already and taken away again, so that a text with U+200B of its own comes back as it was.

const GUARD = "\u200b";
const GUARDS = /\u200b+/g;
const HASH_PIECE = 6; // characters; GitHub links 7 to 40

/** What a person allowed to be live. */
export interface SafetyOptions {
  /** GitHub logins, in any case, without `@`. */
  readonly allowedMentions: readonly string[];
}

/** A place where a guard may stand. */
interface Site {
  /** In the text without guards: the guard stands before this character. */
  readonly at: number;
  /** Whether GitHub would make something live there. */
  readonly isLive: boolean;
}

const MENTION = /@(?=[0-9A-Za-z])/g;
const LOGIN = /^[0-9A-Za-z][0-9A-Za-z_-]*(?:\/[0-9A-Za-z_-]+)?/;
/** `#1` and `owner/name#1` · the number in the address of an issue, pull request or discussion, on any host. */
const NUMBER = /(?:#|\/(?:issues|pull|pulls|discussions)\/)(?=\d)/gi;
const GH_NUMBER = /GH-(?=\d)/gi;
const HEXADECIMAL = /[0-9a-f]{7,}/gi;
const HASH = /(?<![0-9A-Za-z_])[0-9a-f]{7,40}(?![0-9A-Za-z_])/gi;
const EMAIL = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

const startsWord = (before: string): boolean => !/[0-9A-Za-z_]$/.test(before);

interface Span {
  readonly start: number;
  readonly end: number;
}

const contains = (spans: readonly Span[], at: number): boolean => spans.some(({ start, end }) => start < at && at < end);

/** A text taken apart: what it says, and how many guards stand before which of its characters. */
interface Taken {
  readonly plain: string;
  readonly guards: ReadonlyMap<number, number>;
  /** Finds matches in the text with its guards, and says where they are in the text without. */
  find(pattern: RegExp): readonly Span[];
}

function takeApart(text: string): Taken {
  const guards = new Map<number, number>();
  let taken = 0;
  for (const { index, 0: run } of text.matchAll(GUARDS)) {
    guards.set(index - taken, run.length);
    taken += run.length;
  }
  const find = (pattern: RegExp): readonly Span[] => {
    if (taken === 0)
      return [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
    return [...text.matchAll(pattern)].map(({ index, 0: { length } }) => {
      const start = text.slice(0, index).replaceAll(GUARD, "").length;
      return { start, end: start + length };
    });
  };
  return { plain: text.replaceAll(GUARD, ""), guards, find };
}

/** Which places there are depends on the text without guards only, so that they are found again in what was guarded. */
function findSites(text: Taken, allowed: ReadonlySet<string>): ReadonlyMap<number, Site> {
  const { plain, guards } = text;
  const startsAt = (at: number): boolean => (guards.get(at) ?? 0) > 0 || startsWord(plain.slice(Math.max(at - 1, 0), at));
  const isMention = (at: number): boolean => {
    const login = LOGIN.exec(plain.slice(at, at + 100))?.[0] ?? "";
    return startsAt(at - 1) && !allowed.has(login.toLowerCase());
  };
  const sites = new Map<number, Site>();
  const add = (at: number, isLive: boolean): void => void sites.set(at, { at, isLive: isLive || sites.get(at)?.isLive === true });
  for (const { index } of plain.matchAll(MENTION)) add(index + 1, isMention(index + 1));
  for (const match of plain.matchAll(NUMBER)) add(match.index + match[0].length, true);
  for (const { index } of plain.matchAll(GH_NUMBER)) add(index + 3, startsAt(index));
  const runs = [...plain.matchAll(HEXADECIMAL)];
  if (runs.length === 0) return sites;
  const emails = text.find(EMAIL);
  const hashes = text.find(HASH).filter(({ start }) => !contains(emails, start + 1));
  for (const { index, 0: run } of runs) {
    for (let at = index + HASH_PIECE; at < index + run.length; at += HASH_PIECE) add(at, contains(hashes, at));
  }
  return sites;
}

/** Gives each place of a guard a new number of guards. */
function changeGuards(text: string, allowed: ReadonlySet<string>, change: (present: number, site: Site) => number): string {
  const taken = takeApart(text);
  const sites = findSites(taken, allowed);
  if (sites.size === 0) return text;
  const guards = new Map(taken.guards);
  for (const site of sites.values()) guards.set(site.at, change(guards.get(site.at) ?? 0, site));
  let result = "";
  let from = 0;
  for (const [at, count] of [...guards].sort(([left], [right]) => left - right)) {
    result += taken.plain.slice(from, at) + GUARD.repeat(count);
    from = at;
  }
  return result + taken.plain.slice(from);
}

/**
 * Guards every `@mention`, `#1`, `owner/name#1`, `GH-1`, address of an issue or pull request and commit hash, so that GitHub
 * links, notifies and closes nothing. Text only: code and addresses of links are the caller's to leave out.
 *
 * @remarks For every text, `restore` gives it back exactly, and neutralising that again gives the same: nothing grows from run
 * to run. Apply it to text of Notion only, never to its own result.
 */
export function neutralise(text: string, { allowedMentions }: SafetyOptions): string {
  const allowed = new Set(allowedMentions.map((login) => login.toLowerCase()));
  // Where a guard of the text's own stands, one of ours is added even if nothing is live, to tell the two apart.
  return changeGuards(text, allowed, (present, { isLive }) => (isLive || present > 0 ? present + 1 : 0));
}

/** Takes the guards away that `neutralise` put in, and no other U+200B. */
export function restore(text: string): string {
  return changeGuards(text, new Set(), (present) => Math.max(present - 1, 0));
}

const LIVE_ADDRESS =
  /^(https?:\/\/)(?:www\.)?github\.com(?=\/[^/?#]+\/[^/?#]+\/(?:issues|pull|pulls|discussions|commit)\/|\/orgs\/[^/?#]+\/discussions\/)/i;
const QUIET_ADDRESS = /^(https?:\/\/)redirect\.github\.com(?=\/)/i;

/** The address of a link, by GitHub's own redirecting host where it would else make a cross-reference on the item it leads to. */
export function neutraliseUrl(url: string): string {
  return url.replace(LIVE_ADDRESS, "$1redirect.github.com");
}

/** The address that `neutraliseUrl` was given. */
export function restoreUrl(url: string): string {
  return url.replace(QUIET_ADDRESS, "$1github.com");
}
