import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import type { Objects } from "../../config/cloud.ts";
import { FailedError } from "../errors.ts";
import { encode, type Login, renderQuery, signS3 } from "./sign.ts";

/** What the storage has answered. */
export interface Answer {
  status: number;
  /** The version of an object that it was asked about, or that it has made; empty: it keeps none. */
  version: string;
  body: string;
}

interface Asked {
  key?: string;
  query?: Record<string, string>;
  body?: string;
}

const PATIENCE = 20_000;

/** A bucket of object storage, as one login sees it. */
export class Bucket {
  private readonly objects: Objects;
  private readonly login: Login;
  private readonly ca: string | undefined;

  constructor(objects: Objects, login: Login) {
    this.objects = objects;
    this.login = login;
    this.ca = objects.ca === undefined ? undefined : readFileSync(objects.ca, "utf8");
  }

  get name(): string {
    return this.objects.bucket;
  }

  /**
   * Asks, whatever the answer.
   *
   * @throws FailedError when there is none
   */
  async ask(method: string, { key = "", query = {}, body = "" }: Asked = {}): Promise<Answer> {
    const { endpoint, port, region, bucket } = this.objects;
    const host = port === 443 ? endpoint : `${endpoint}:${port}`;
    const path = `/${[bucket, ...key.split("/").filter(Boolean)].map(encode).join("/")}`;
    const headers = signS3({ method, host, path, query, body }, this.login, region, new Date());
    const search = renderQuery(query);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: endpoint, port, method, ca: this.ca },
          // The local cloud's is near; what is elsewhere is asked by the proxy that cli/proxy.ts has set.
          ...(this.ca !== undefined && { agent: false }),
          path: search === "" ? path : `${path}?${search}`,
          headers: {
            ...headers,
            "content-length": Buffer.byteLength(body),
            ...(body !== "" && { "content-md5": md5(body) }),
          },
          signal: AbortSignal.timeout(PATIENCE),
        },
        (response) => {
          let text = "";
          const version = response.headers["x-amz-version-id"]?.toString() ?? "";
          response.setEncoding("utf8").on("data", (part: string) => {
            text += part;
          });
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, version, body: text }),
          );
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(body);
    }).catch((cause: Error) => {
      throw new FailedError(`the object storage at ${host} does not answer: ${cause.message}`, {
        cause,
      });
    }) as Promise<Answer>;
  }

  /** @throws FailedError unless the answer is one of success */
  async must(method: string, asked: Asked = {}): Promise<Answer> {
    const answer = await this.ask(method, asked);
    if (answer.status < 300) return answer;
    const code = /<Code>(\w+)</.exec(answer.body)?.[1] ?? "";
    throw new FailedError(`the object storage answers ${answer.status} ${code}`.trimEnd());
  }
}

const md5 = (text: string) => createHash("md5").update(text).digest("base64");
