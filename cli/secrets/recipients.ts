/** Somebody who shall be able to read the secrets. */
export interface Recipient {
  fingerprint: string;
  /** For people. */
  name: string;
  /** Why nothing can be encrypted for them; empty when it can. */
  why: string;
}

const reasons: Record<string, string> = { r: "was revoked", d: "is disabled", i: "is invalid" };

/** Reads what `gpg --list-keys --with-colons` prints (GnuPG's doc/DETAILS). */
export function recipientsIn(colons: string): Recipient[] {
  const found: Recipient[] = [];
  for (const line of colons.split("\n")) {
    const fields = line.split(":");
    const last = found.at(-1);
    if (fields[0] === "pub") found.push({ fingerprint: "", name: "", why: whyNot(fields) });
    else if (last === undefined) continue;
    else if (fields[0] === "fpr") last.fingerprint ||= fields[9] ?? "";
    else if (fields[0] === "uid") last.name ||= fields[9] ?? "";
  }
  return found;
}

function whyNot([, validity = "", , , , , expires = "", , , , , can = ""]: string[]): string {
  if (validity === "e") return `expired on ${dayOf(expires)}`;
  const reason = reasons[validity];
  if (reason !== undefined) return reason;
  return can.includes("E") ? "" : "has no part left that encrypts";
}

/** A day, of the seconds since 1970 that GnuPG prints. */
function dayOf(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? "some day" : date.toISOString().slice(0, 10);
}
