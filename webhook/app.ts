import { createHmac } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { MalformedError, readWish, type Source } from "./payload.ts";
import { signedForm } from "./signature.ts";
import { type Directories, drop } from "./spool.ts";

/** What the webhook needs to know. */
export interface Settings extends Source, Directories {
  secret: string;
  /** Those that may be released this way. */
  environments: string[];
  /** Milliseconds since 1970. */
  now: () => number;
  /** Takes a line for the log. */
  log: (line: object) => void;
}

interface Answer {
  status: number;
  message: string;
  commit?: string;
}

/** Bytes; forges send a few kilobytes for a push, GitHub at most the data of 2048 commits. */
const largest = 1 << 20;
/** Bytes of a larger one that are read and thrown away: who is cut off while sending sees no answer. */
const drained = 8 * largest;
/** Bodies that are read at once; more are asked to come again. */
const most = 8;
/** How far a sender's clock may be ahead, in seconds. */
const ahead = 60;

/** Takes signed webhooks and drops a request for each good one; it can do nothing else. */
export function createApp(settings: Settings): RequestListener {
  let reading = 0;
  return async (request, response) => {
    if (reading >= most) {
      return reply(response, { status: 503, message: "busy" }, settings);
    }
    reading++;
    try {
      reply(response, await take(request, settings), settings);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown";
      reply(response, { status: 500, message: `cannot drop the request: ${code}` }, settings);
    } finally {
      reading--;
    }
  };
}

async function take(request: IncomingMessage, settings: Settings): Promise<Answer> {
  if (request.url !== "/") return { status: 404, message: "nothing is here" };
  if (request.method !== "POST") return { status: 405, message: "only POST" };
  const body = await read(request);
  if (body === undefined) return { status: 413, message: "the body is too large" };
  const form = signedForm(settings.secret, request.headers, body);
  if (form === undefined) return { status: 401, message: "the signature is missing or wrong" };
  const event = request.headers[`x-${form}-event`] ?? "push";
  if (form !== "onebox" && event !== "push") return { status: 200, message: "not a push" };
  try {
    return decide(form, body, settings);
  } catch (error) {
    if (error instanceof MalformedError) return { status: 400, message: error.message };
    throw error;
  }
}

function decide(
  form: NonNullable<ReturnType<typeof signedForm>>,
  body: Buffer,
  settings: Settings,
) {
  const wish = readWish(form, body, settings);
  if (wish === undefined) return { status: 200, message: "not the branch that is released" };
  const { environment, commit, signature } = wish;
  const age = settings.now() / 1000 - wish.time;
  if (age > wish.maxAge) return { status: 403, message: "too old", commit };
  if (age < -ahead) return { status: 403, message: "from the future", commit };
  if (!settings.environments.includes(environment)) {
    return { status: 404, message: "unknown environment", commit };
  }
  // What is remembered is a hash of the body: who sees it cannot sign with it.
  const mark = createHmac("sha256", `seen ${settings.secret}`).update(body).digest("hex");
  const outcome = drop(settings, mark, { name: `${environment}.${commit}`, text: signature });
  if (outcome === "seen") return { status: 409, message: "it came before", commit };
  if (outcome === "full") return { status: 503, message: "too many requests are waiting", commit };
  return { status: 202, message: `${environment} will be released`, commit };
}

/** The body, or undefined when it is too large. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > drained) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= largest) pieces.push(piece);
    else if (size > drained) return undefined;
  }
  return size > largest ? undefined : Buffer.concat(pieces);
}

/** Answers and logs; neither holds anything of the request but a commit whose signature was right. */
function reply(response: ServerResponse, { status, message, commit }: Answer, settings: Settings) {
  settings.log({ time: new Date(settings.now()).toISOString(), status, message, commit });
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    ...((status === 413 || status === 503) && { connection: "close" }),
  });
  response.end(`${message}\n`);
}
