import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Whose form of webhook a request has. */
export type Form = "onebox" | "forgejo" | "gitea" | "github";

/** The header that each form signs with: HMAC-SHA256 of the body in hex, GitHub's with "sha256=" before it. */
const headers: [Form, string][] = [
  ["onebox", "x-onebox-signature"],
  ["forgejo", "x-forgejo-signature"],
  ["gitea", "x-gitea-signature"],
  ["github", "x-hub-signature-256"], // last: Gitea and Forgejo send it too
];

/** Whose form it is, when its signature is that of the body; undefined when it is not, or there is none. */
export function signedForm(
  secret: string,
  sent: IncomingHttpHeaders,
  body: Buffer,
): Form | undefined {
  const expected = createHmac("sha256", secret).update(body).digest();
  const [form, name] = headers.find(([, header]) => sent[header] !== undefined) ?? [];
  const text = sent[name ?? ""];
  if (typeof text !== "string" || !/^(sha256=)?[0-9a-f]{64}$/i.test(text)) return undefined;
  const given = Buffer.from(text.replace(/^sha256=/i, ""), "hex");
  return timingSafeEqual(given, expected) ? form : undefined;
}
