// The marker: the hidden line in an issue's body that names its page. Its mac keeps outsiders from naming a page of ours.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Makes and checks markers. */
export interface MarkerSigner {
  /** @param pageId UUID, with or without dashes. */
  format(pageId: string): string;
  /** The page that a marker names, and whether one of the keys made it; `undefined` for what is no marker. */
  check(marker: string): { pageId: string; valid: boolean } | undefined;
}

const MARKER_LINE = /^[ \t]*(<!-- notion-sync:v1 page=[0-9a-f]{32} key=\S* mac=\S* -->)[ \t]*$/i;
const PARTS = /^<!-- notion-sync:v1 page=([0-9a-f]{32}) key=(\S*) mac=(\S*) -->$/i;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648, in lower case
const MAC_CHARS = 26; // 130 bits

function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >> bits) & 31);
    }
  }
  return bits > 0 ? text + BASE32.charAt((held << (5 - bits)) & 31) : text;
}

interface Key {
  /** Names the key in markers: a fingerprint, so that it stays when keys are added and removed. */
  readonly number: string;
  readonly toMac: (page: string) => string;
}

function toKey(secret: string): Key {
  const fingerprint = createHmac("sha256", secret).update("notion-sync marker key").digest().readUInt32BE(0);
  return {
    number: String(fingerprint),
    toMac: (page) => toBase32(createHmac("sha256", secret).update(page).digest()).slice(0, MAC_CHARS),
  };
}

const isEqual = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const toPageId = (hex: string): string => hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/**
 * Creates the signer.
 *
 * @param keys the first signs, all verify.
 * @throws Error without a key.
 */
export function createMarkerSigner(keys: readonly string[]): MarkerSigner {
  const all = keys.map(toKey);
  const [first] = all;
  if (!first) throw new Error("Expected at least one marker key, found none. Set `MARKER_KEYS`.");

  const formatWith = (key: Key, page: string): string =>
    `<!-- notion-sync:v1 page=${page} key=${key.number} mac=${key.toMac(page)} -->`;

  return {
    format: (pageId) => formatWith(first, pageId.replaceAll("-", "").toLowerCase()),
    check(marker) {
      const page = PARTS.exec(marker)?.[1];
      if (page === undefined) return undefined;
      // All keys are tried, so that the time taken tells nothing of which one fits.
      const fitting = all.filter((key) => isEqual(formatWith(key, page), marker));
      return { pageId: toPageId(page), valid: fitting.length > 0 };
    },
  };
}

/** The page that a marker names, whoever made it; `undefined` for what is no marker. */
export function pageOfMarker(marker: string): string | undefined {
  const page = PARTS.exec(marker)?.[1];
  return page === undefined ? undefined : toPageId(page);
}

/** The last line of a body that is a marker, unverified; `null` when there is none. */
export function findMarker(body: string): string | null {
  const lines = body.split(/\r\n|\r|\n/).reverse();
  for (const line of lines) {
    const marker = MARKER_LINE.exec(line)?.[1];
    if (marker !== undefined) return marker;
  }
  return null;
}

/** The body with this marker, and no other, as its last line. */
export function appendMarker(body: string, marker: string): string {
  const text = stripMarker(body);
  return text === "" ? marker : `${text}\n\n${marker}`;
}

/** The body without markers and without white space at its end. */
export function stripMarker(body: string): string {
  const lines = body.split(/(?<=\r\n|\n|\r(?!\n))/);
  return lines
    .filter((line) => !MARKER_LINE.test(line.replace(/[\r\n]+$/, "")))
    .join("")
    .trimEnd();
}
