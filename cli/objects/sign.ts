import { createHash, createHmac } from "node:crypto";

/** A login of object storage. */
export interface Login {
  accessKey: string;
  secretKey: string;
}

/** What of a request is signed. */
interface Signed {
  method: string;
  /** With the port, as the request's Host header says it. */
  host: string;
  /** Encoded as it is sent. */
  path: string;
  query: Record<string, string>;
  body: string | Buffer;
}

/**
 * The headers that sign a request to S3: AWS' signature, version 4.
 *
 * @param at when it is sent
 */
export function signS3(
  { method, host, path, query, body }: Signed,
  { accessKey, secretKey }: Login,
  region: string,
  at: Date,
): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const hash = createHash("sha256").update(body).digest("hex");
  const headers = { host, "x-amz-content-sha256": hash, "x-amz-date": time };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = [method, path, renderQuery(query), lines.join(""), names, hash].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const digest = createHash("sha256").update(request).digest("hex");
  const text = ["AWS4-HMAC-SHA256", time, scope, digest].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<Buffer | string>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, text).toString("hex");
  const credential = `Credential=${accessKey}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

const hmac = (key: Buffer | string, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** In the order of its names, as the signature wants it. */
export function renderQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

/** As AWS encodes: all but letters, digits and -._~ */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
