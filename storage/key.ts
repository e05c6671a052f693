// Row and partition keys. A part (a name, an id) is encoded so that `:` only ever separates parts, and so that keys are plain
// ASCII: it sorts alike everywhere, and needs no further encoding on its way.

const PLAIN = /^[0-9A-Za-z._-]$/;

/** Encodes one part of a key: letters, digits, `.`, `_` and `-` stay, anything else becomes `~` and two hex digits a byte. */
export function encodeKeyPart(part: string): string {
  if (!part.isWellFormed()) throw new RangeError("Expected a part of a key to be well-formed Unicode.");
  let encoded = "";
  for (const byte of new TextEncoder().encode(part)) {
    const char = String.fromCharCode(byte);
    encoded += PLAIN.test(char) ? char : `~${byte.toString(16).padStart(2, "0")}`;
  }
  return encoded;
}

/** Decodes what `encodeKeyPart` made. */
export function decodeKeyPart(encoded: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < encoded.length; at++) {
    if (encoded[at] !== "~") bytes.push(encoded.charCodeAt(at));
    else {
      bytes.push(Number.parseInt(encoded.slice(at + 1, at + 3), 16));
      at += 2;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Joins encoded parts: `toKey("page", id)` is `page:<id>`. */
export function toKey(...parts: readonly string[]): string {
  return parts.map(encodeKeyPart).join(":");
}

/** The parts of a key. */
export function fromKey(key: string): readonly string[] {
  return key.split(":").map(decodeKeyPart);
}

/** The least key behind this one, as the exclusive end of a range. */
export function keyAfter(key: string): string {
  return `${key}!`; // sorts before every character of a key
}

/** The range of the keys whose first parts are these. */
export function keyRange(...parts: readonly string[]): { readonly from: string; readonly to: string } {
  return { from: `${toKey(...parts)}:`, to: `${toKey(...parts)};` }; // `;` follows `:`
}
