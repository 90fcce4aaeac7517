import type { Mail } from "../../config/mail.ts";

/** Renders what the VM's curl sends mail by: whatever is the same in each letter, and the login, which is no argument. */
export function renderMail({ server, user, password, from, to }: Mail): string {
  const options: [string, string][] = [
    ["url", server],
    ...(user === "" ? [] : ([["user", `${user}:${password}`]] satisfies [string, string][])),
    ["mail-from", from],
    ...to.map((each): [string, string] => ["mail-rcpt", each]),
    ["header", `From: Onebox <${from}>`],
    ["header", `To: ${to.join(", ")}`],
  ];
  const lines = options.map(([name, value]) => `${name} = ${quoted(value)}\n`);
  return `ssl-reqd\n${lines.join("")}`;
}

/** As curl's configuration quotes a text. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;
