/**
 * What a value is made of: for each path its types, such as `public_net.ipv4.ip: string | null`.
 * A path that not every sample has is `optional`.
 */
type Shape = Record<string, string>;

const OPTIONAL = "optional ";
/** Objects whose keys are data. */
const OPAQUE = /(^|\.)(labels|details)$/;

const typesOf = (text = "") => text.replace(OPTIONAL, "").split(" | ");
const isOptional = (text: string) => text.startsWith(OPTIONAL);
const parentOf = (path: string) => path.replace(/(\.?[^.[\]]+|\[\])$/, "");
const isObject = (shape: Shape, path: string) => typesOf(shape[path]).includes("object");

export function shapeOf(value: unknown, path = ""): Shape {
  if (Array.isArray(value)) {
    const elements = value.map((each) => shapeOf(each, `${path}[]`));
    return { [path]: "array", ...elements.reduce(merged, elements[0] ?? {}) };
  }
  if (typeof value !== "object" || value === null) {
    return { [path]: value === null ? "null" : typeof value };
  }
  if (OPAQUE.test(path)) return { [path]: "object" };
  const parts = Object.entries(value).map(([key, each]) =>
    shapeOf(each, path === "" ? key : `${path}.${key}`),
  );
  return Object.assign({ [path]: "object" }, ...parts);
}

/** The shape of which both are samples. */
export function merged(one: Shape, other: Shape): Shape {
  const result: Shape = {};
  for (const path of [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()) {
    const both = [one[path], other[path]].filter((text) => text !== undefined);
    const lacking = [one, other].some(
      (shape) => shape[path] === undefined && path !== "" && isObject(shape, parentOf(path)),
    );
    const types = [...new Set(both.flatMap(typesOf))].sort().join(" | ");
    result[path] = lacking || both.some(isOptional) ? OPTIONAL + types : types;
  }
  return result;
}

/** Where what was seen is not of a known shape, in words. Null fits anything: it may be unset. */
export function deviations(known: Shape, seen: Shape): string[] {
  const found: string[] = [];
  for (const [path, text] of Object.entries(seen)) {
    const types = typesOf(known[path]);
    if (known[path] === undefined) {
      if (!path.endsWith("[]") && isObject(known, parentOf(path))) found.push(`${path} is new`);
    } else if (types.some((type) => type !== "null")) {
      const others = typesOf(text).filter((type) => type !== "null" && !types.includes(type));
      if (others.length > 0) found.push(`${path} is ${others.join(" | ")}, not ${known[path]}`);
    }
  }
  for (const [path, text] of Object.entries(known)) {
    if (seen[path] !== undefined || isOptional(text) || path === "" || path.endsWith("[]"))
      continue;
    if (isObject(seen, parentOf(path))) found.push(`${path} is missing`);
  }
  return found;
}
