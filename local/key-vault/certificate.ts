// A certificate for one host, signed by itself: enough for a TLS server that only one test trusts. Node makes keys, but no certificates.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** Both in PEM form; the certificate is its own authority. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const VALID_MS = 24 * 3_600_000;

const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, utcTime: 0x17 } as const;
// Object identifiers in their encoded form; see RFC 5280 and RFC 5758.
const OID = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
} as const;

/** One value in the distinguished encoding of X.690: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);
const oid = (encoded: string): Buffer => der(TAG.oid, hex(encoded));
const time = (ms: number): Buffer =>
  der(TAG.utcTime, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`));
const extension = (name: string, value: Buffer): Buffer => sequence(oid(name), der(TAG.octets, value));

/** Makes a certificate for `host` that is valid for a day around `nowMs`. */
export function makeCertificate(host: string, nowMs: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(der(TAG.set, sequence(oid(OID.commonName), der(TAG.utf8, Buffer.from(host)))));
  const serial = Buffer.from([1, ...randomBytes(8)]);
  const extensions = sequence(
    extension(OID.subjectAltName, sequence(der(0x82, Buffer.from(host)))), // [2] dNSName
    extension(OID.basicConstraints, sequence(der(0x01, hex("ff")))), // cA: true
  );
  const content = sequence(
    der(0xa0, der(TAG.integer, hex("02"))), // [0] version 3
    der(TAG.integer, serial),
    algorithm,
    name,
    sequence(time(nowMs - VALID_MS), time(nowMs + VALID_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions), // [3] extensions
  );
  const signature = sign("sha256", content, privateKey);
  const whole = sequence(content, algorithm, der(TAG.bits, hex("00"), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}
