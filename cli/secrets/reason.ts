import { inOneLine } from "../plain-text.ts";

/** What a gpg that failed has said. */
export interface Said {
  /** Lines of --status-fd, without their "[GNUPG:] ". */
  status: string[];
  /** What it said to people. */
  errors: string;
  /** Ids of the keys of which the keyring has the private half. */
  own: string[];
  /** The file's name, without ".gpg". */
  name: string;
}

/** What gpg says of a home that it cannot use: then it knows no key, whoever has one. */
const homeless =
  /^gpg: (?:Fatal: (.*)|(keyblock resource '.*': .*)|(can't connect to the agent: .*))$/m;

/** Why a file cannot be decrypted, and what helps. */
export function whyNotDecrypted({ status, errors, own, name }: Said): string {
  const words = status.map((line) => line.split(" "));
  const said = (keyword: string) => words.some(([first]) => first === keyword);
  const damaged = "it is damaged; restore it from git";
  const [, ...found] = homeless.exec(errors) ?? [];
  const reason = own.length === 0 ? found.find((text) => text !== undefined) : undefined;
  if (reason !== undefined) {
    return `gpg cannot use its home (GNUPGHOME, else ~/.gnupg): ${lastOfGpg(reason)}`;
  }
  const readers = words.filter(([first]) => first === "ENC_TO").map(([, id = ""]) => id);
  if (readers.length === 0 && said("NODATA")) return damaged;
  if (readers.length > 0 && !readers.some((id) => own.includes(id))) {
    const ask =
      "no GPG key of yours opens it; ask a member to run: scripts/members.sh add YOUR_EMAIL";
    return name === ".env"
      ? `${ask}, or to give you a release key (docs/release-keys.md)`
      : `${ask} --only ${name}`;
  }
  if (/cannot open '\/dev\/tty'|batchmode|inappropriate ioctl/i.test(errors)) {
    return "your GPG key asks for its passphrase, and there is no terminal to ask in; run this in one";
  }
  if (/pinentry/i.test(errors)) {
    return "gpg has no program that asks for the passphrase of your key; install pinentry, or set SECRETS_PINENTRY=loopback";
  }
  if (said("NODATA") || said("BADMDC") || said("DECRYPTION_KEY")) return damaged;
  if (said("DECRYPTION_FAILED")) {
    return "the passphrase of your GPG key was wrong, or was not given";
  }
  return `gpg could not decrypt it: ${lastOfGpg(errors)}`;
}

/** The last thing that gpg said, in which nothing can steer a terminal. */
export function lastOfGpg(errors: string): string {
  const lines = errors.split("\n").filter((line) => line.trim() !== "");
  const last = lines.at(-1)?.replace(/^gpg: /, "") ?? "it said nothing";
  return inOneLine(last);
}
