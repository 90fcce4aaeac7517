type Labels = Record<string, string>;
type Test = (labels: Labels) => boolean;

const KEY = `(?:[a-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`;
const VALUE = "[A-Za-z0-9._-]*";
const EXISTS = new RegExp(`^(!?)(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==?|!=)\\s*(${VALUE})$`);
const AMONG = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

/** Reads a label selector: `k`, `!k`, `k=v`, `k!=v`, `k in (a,b)`, … A comma means "and". */
export function matcher(selector: string): Test | null {
  const tests: Test[] = [];
  for (const part of split(selector)) {
    const test = single(part.trim());
    if (test === null) return null;
    tests.push(test);
  }
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at commas that are not inside parentheses. */
const split = (selector: string) => selector.split(/,(?![^()]*\))/);

function single(part: string): Test | null {
  let match = EXISTS.exec(part);
  if (match) {
    const [, not, key = ""] = match;
    return (labels) => Object.hasOwn(labels, key) === (not === "");
  }
  match = EQUALS.exec(part);
  if (match) {
    const [, key = "", operator, value] = match;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  match = AMONG.exec(part);
  if (match) {
    const [, key = "", operator, list = ""] = match;
    const values = list.split(",").map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? "\0") === (operator === "in");
  }
  return null;
}
