import type { Form } from "./signature.ts";

/** What a signed body asks for. */
export interface Wish {
  environment: string;
  /** 40 hexadecimal digits. */
  commit: string;
  /** In base64, that the image was built of it (host/login/signed.sh); "" when none came along. */
  signature: string;
  /** Seconds since 1970 at which it was sent, or the commit made: what the body tells. */
  time: number;
  /** How old it may be, in seconds. */
  maxAge: number;
}

/** Which pushes are meant. */
export interface Source {
  /** "owner/name", as the forge spells it. */
  repository: string;
  branch: string;
}

/** A body that is none of the forms, or lacks what its form has. */
export class MalformedError extends Error {}

const minutes = 60;
/** Of a body that tells when it was sent. */
const sentAge = 5 * minutes;
/** Gitea and Forgejo tell only when the commit was made; whoever commits need not push at once. */
const commitAge = 24 * 60 * minutes;

/**
 * Reads a body whose signature is right.
 *
 * @returns undefined for a push that is not meant: of another branch, or one that removes it
 * @throws MalformedError
 */
export function readWish(form: Form, body: Buffer, source: Source): Wish | undefined {
  const payload = parse(body);
  return form === "onebox" ? readPlain(payload) : readPush(payload, source);
}

type Json = Record<string, unknown>;

function parse(body: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new MalformedError("the body is not JSON");
  }
  if (!isJson(value)) throw new MalformedError("the body is not a JSON object");
  return value;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readPlain({ environment, commit, time, signature = "" }: Json): Wish {
  if (typeof environment !== "string") throw new MalformedError("environment is missing");
  if (typeof time !== "number") throw new MalformedError("time is missing");
  if (typeof signature !== "string" || !/^[A-Za-z0-9+/=]{0,2000}$/.test(signature)) {
    throw new MalformedError("the signature of the image is not base64");
  }
  return { environment, commit: commitOf(commit), signature, time, maxAge: sentAge };
}

/** A push, as GitHub, Gitea and Forgejo tell of it: they have the same fields, but for the times. */
function readPush({ ref, after, repository, head_commit: head }: Json, source: Source) {
  if (!isJson(repository)) throw new MalformedError("repository is missing");
  if (repository.full_name !== source.repository) {
    throw new MalformedError("the repository is another one");
  }
  if (ref !== `refs/heads/${source.branch}` || /^0+$/.test(String(after))) return undefined;
  const wish = { environment: "stage", commit: commitOf(after), signature: "" };
  if (typeof repository.pushed_at === "number") {
    return { ...wish, time: repository.pushed_at, maxAge: sentAge };
  }
  const time = isJson(head) ? Date.parse(String(head.timestamp)) / 1000 : Number.NaN;
  if (Number.isNaN(time)) throw new MalformedError("head_commit.timestamp is missing");
  return { ...wish, time, maxAge: commitAge };
}

function commitOf(value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{40}$/.test(value)) return value;
  throw new MalformedError("the commit is not 40 hexadecimal digits");
}
