import { domainToASCII } from "node:url";

/** A DNS label of ours. */
export const label: RegExp = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

const whole =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether it is a whole name of a host, as browsers ask for it. */
export function hostname(name: string): boolean {
  return whole.test(name) && (!name.includes("xn--") || domainToASCII(name) === name);
}

/**
 * What to say of a name that is none, with the one that was meant, where only its spelling differs: upper case, a dot at
 * its end, letters of another script.
 *
 * @param isGood whether a name can be used
 */
export function spelt(
  text: string,
  isGood: (name: string) => boolean,
): { error: (issue: { input?: unknown }) => string } {
  const error = ({ input }: { input?: unknown }) => {
    const meant = domainToASCII(String(input).trim()).replace(/\.$/, "");
    return meant !== "" && isGood(meant) ? `${text}; write "${meant}"` : text;
  };
  return { error };
}
