/** By whom mail is sent, and to whom. */
export interface Mail {
  /** Of the server, without a login: "smtps://smtp.example.com:465", or "smtp://…", which must offer STARTTLS. */
  server: string;
  /** Login at the server; both empty: none is asked for. */
  user: string;
  password: string;
  from: string;
  to: string[];
}

const form =
  "must be the mail server with its login, such as smtps://you%40example.com:password@smtp.example.com:465 " +
  "or smtp://… for STARTTLS; ?from=you@example.com where the user is no address";

/**
 * Reads the two keys of .env that mail is sent by.
 *
 * @param bad is told of each key that is missing or malformed, never a value
 * @returns undefined where neither is set
 */
export function readMail(
  to: string,
  smtp: string,
  bad: (key: "NOTIFY_MAIL" | "NOTIFY_SMTP", why: string) => void,
): Mail | undefined {
  if (to === "" && smtp === "") return undefined;
  const addresses = to.split(",").map((each) => each.trim());
  if (to === "") bad("NOTIFY_MAIL", "is missing although NOTIFY_SMTP is set");
  else if (!addresses.every(isAddress)) {
    bad("NOTIFY_MAIL", "must be e-mail addresses with commas between them");
  }
  const mail = smtp === "" ? undefined : readServer(smtp);
  if (smtp === "") bad("NOTIFY_SMTP", "is missing although NOTIFY_MAIL is set");
  else if (mail === undefined) bad("NOTIFY_SMTP", form);
  return mail && { ...mail, to: addresses };
}

function readServer(text: string): Omit<Mail, "to"> | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, hostname, pathname, hash, username, password, searchParams } = new URL(
    text,
  );
  const known = /^smtps?:$/.test(protocol) && /^[\w.:[\]-]+$/.test(hostname);
  const only = [...searchParams.keys()].every((key) => key === "from");
  if (!known || !only || !["", "/"].includes(pathname) || hash !== "") return undefined;
  const [user, secret] = [decoded(username), decoded(password)];
  const from = searchParams.get("from") ?? user;
  // curl takes a login as one text, so a colon in the name would end it.
  if (user === undefined || secret === undefined || user.includes(":")) return undefined;
  if ((user === "") !== (secret === "") || from === undefined || !isAddress(from)) return undefined;
  return { server: `${protocol}//${host}`, user, password: secret, from };
}

const isAddress = (text: string): boolean =>
  /^[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/.test(text);

/** Undefined: no percent-encoding, or something that no login holds. */
function decoded(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text);
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
