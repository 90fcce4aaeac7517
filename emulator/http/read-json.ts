import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Middleware } from "koa";
import { ApiError, invalidInput } from "../errors.ts";

const MOST_BYTES = 1 << 20;
const WITH_BODY = new Set(["POST", "PUT"]);

const bounded = { maxOutputLength: MOST_BYTES };
const DECODERS: Record<string, (packed: Buffer) => Promise<Buffer>> = {
  gzip: (packed) => promisify(gunzip)(packed, bounded),
  "x-gzip": (packed) => promisify(gunzip)(packed, bounded),
  deflate: (packed) => promisify(inflate)(packed, bounded),
  br: (packed) => promisify(brotliDecompress)(packed, bounded),
  identity: async (plain) => plain,
};

const jsonError = (message: string) => new ApiError(400, "json_error", message);
const tooLarge = () => invalidInput("request body is too large", []);

declare module "koa" {
  interface Request {
    /** What readJson has read. */
    body?: unknown;
  }
}

/**
 * Reads a request's body: JSON in UTF-8, whatever its content type says. What is no JSON is
 * `json_error`; what is, but no object, is `invalid_input`.
 */
export function readJson(): Middleware {
  return async (context, next) => {
    if (WITH_BODY.has(context.method)) {
      const packed = await bytes(context.req);
      const plain = await unpacked(packed, context.get("Content-Encoding"));
      context.request.body = object(plain);
    }
    return next();
  };
}

/** All that comes; what is too much is read, so that the client hears the answer, and dropped. */
function bytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= MOST_BYTES) return parts.push(part);
      parts.length = 0;
      reject(tooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(parts)));
    request.on("error", () => reject(jsonError("request body has been cut off")));
  });
}

/** Undoes the encodings of the header, the last one first. */
async function unpacked(packed: Buffer, header: string): Promise<Buffer> {
  let plain = packed;
  for (const name of header.toLowerCase().split(",").reverse()) {
    const encoding = name.trim() || "identity";
    const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
    if (decode === undefined) throw jsonError(`content encoding '${encoding}' is not supported`);
    plain = await decode(plain).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
      throw jsonError(`request body is not encoded as ${encoding}`);
    });
  }
  return plain;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function object(plain: Buffer): object {
  if (plain.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(plain));
  } catch {
    throw jsonError("request body is not valid JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalidInput("request body is not an object", []);
}
