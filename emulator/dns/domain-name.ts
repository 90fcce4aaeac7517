const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const LONGEST = 253;

/** True if every part is a label of letters, digits, `-` and `_`; the first one may be `*`. */
export function isDomainName(name: string): boolean {
  const [first = "", ...rest] = name.split(".");
  if (name.length > LONGEST) return false;
  return (first === "*" || LABEL.test(first)) && rest.every((label) => LABEL.test(label));
}

/** True for a name that an address can resolve to. */
export const isHostName = (name: string): boolean => isDomainName(name) && !name.startsWith("*");

/** The whole name, without a last dot, of a name as a zone writes it: `@`, `www` or `www.example.com.`. */
export function absolute(name: string, origin: string): string {
  if (name === "@") return origin;
  if (name === ".") return ".";
  return name.endsWith(".") ? name.slice(0, -1) : `${name}.${origin}`;
}

/** The name within a zone (`@` for the zone itself), or null if it lies outside. */
export function within(name: string, origin: string): string | null {
  if (name === origin) return "@";
  return name.endsWith(`.${origin}`) ? name.slice(0, -origin.length - 1) : null;
}
