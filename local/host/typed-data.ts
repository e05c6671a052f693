/** A value on its way between the host and the app, in the worker's own wire shape; `{}` is `undefined`. */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
  readonly bytes?: Uint8Array | null;
  readonly int?: number | null;
  readonly double?: number | null;
  readonly http?: RpcHttp | null;
}

/** An HTTP request going in, or an answer coming out. */
export interface RpcHttp {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableQuery?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
  readonly body?: TypedData | null;
}

/** A cookie of an answer; each value is wrapped, as in the wire shape. */
export interface RpcCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: { readonly seconds: number } };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite?: string;
  readonly maxAge?: { readonly value: number };
}

/** Converts what a function returned to JSON text, as the Durable extension stores it; null for nothing. */
export function toResultJson(data: TypedData | null | undefined): string | null {
  if (!data) return null;
  if (typeof data.string === "string") return JSON.stringify(data.string);
  if (typeof data.json === "string") return data.json;
  if (typeof data.int === "number") return JSON.stringify(data.int);
  if (typeof data.double === "number") return JSON.stringify(data.double);
  if (data.bytes) return JSON.stringify(Buffer.from(data.bytes).toString("base64"));
  return null;
}
