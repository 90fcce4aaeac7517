import { execFile } from "node:child_process";
import { promisify } from "node:util";

interface Dug {
  /** NOERROR, NXDOMAIN, … */
  status: string;
  flags: string[];
  /** Records as zone files write them, their fields one blank apart. */
  answer: string[];
  authority: string[];
  additional: string[];
}

/** Asks a DNS server with `dig`; `server` is ADDRESS:PORT. What is asked must be answered: its time ends a hang. */
export function createDig(server: string) {
  const [address, port = ""] = server.split(":");
  const fixed = [`@${address}`, "-p", port, "+time=60", "+tries=1", "+norecurse", "+nocookie"];
  const shown = ["+noall", "+comments", "+answer", "+authority", "+additional"];

  const run = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("dig", [...fixed, ...args])).stdout;

  /** What a question is answered with: `dig("www.example.com", "A", "+tcp")`. */
  const dig = async (...args: string[]): Promise<Dug> => {
    const text = await run(...shown, ...args);
    const section = (name: string) => {
      const [, body = ""] = new RegExp(`^;; ${name} SECTION:\\n((?:.+\\n)+)`, "m").exec(text) ?? [];
      return body
        .trimEnd()
        .split("\n")
        .filter(Boolean)
        .map((line) => line.replace(/\s+/g, " "));
    };
    return {
      status: /status: (\w+)/.exec(text)?.[1] ?? text,
      flags: (/flags: ([a-z ]*);/.exec(text)?.[1] ?? "").split(" "),
      answer: section("ANSWER"),
      authority: section("AUTHORITY"),
      additional: section("ADDITIONAL"),
    };
  };
  /** The values alone, sorted. */
  dig.short = async (...args: string[]): Promise<string[]> =>
    (await run("+short", ...args)).trim().split("\n").filter(Boolean).sort();
  return dig;
}
