import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encryption of a short text with a key of the installation. */
export interface Seal {
  close(text: string): Promise<string>;
  /** `undefined` when it was sealed with another key, or altered. */
  open(sealed: string): Promise<string | undefined>;
}

const IV_BYTES = 12; // as AES-GCM wants it
const TAG_BYTES = 16;

/** Creates a seal (AES-256-GCM) whose keys are derived from the installation's own: the first one closes, all open. */
export function createSeal(keys: () => Promise<readonly string[]>): Seal {
  return {
    async close(text) {
      const [key = ""] = await keys();
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", derive(key), iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      for (const key of await keys()) {
        try {
          const decipher = createDecipheriv("aes-256-gcm", derive(key), bytes.subarray(0, IV_BYTES));
          decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
          return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
        } catch {
          // Not this key; another one may open it.
        }
      }
      return undefined;
    },
  };
}

function derive(key: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", "notion-sync handshake", 32));
}
