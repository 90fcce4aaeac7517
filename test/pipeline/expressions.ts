/** What expressions may name: github, secrets, inputs, steps, needs. */
export type Contexts = Record<string, unknown>;

/**
 * Evaluates the expressions of a text, as far as our workflows use them: names with dots.
 *
 * @throws Error for anything else, so that a workflow cannot come to mean what the rehearsal does not see
 */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression) =>
    String(lookUp(expression, contexts) ?? ""),
  );
}

/** Evaluates an `if`: comparisons joined by &&, and always(). */
export function holds(condition: string | undefined, contexts: Contexts, failed: boolean): boolean {
  const terms = (condition ?? "").split(" && ").filter(Boolean);
  if (failed && !terms.includes("always()")) return false;
  return terms.every((term) => {
    if (term === "always()") return true;
    const [, left = "", operator, right = ""] = /^(\S+) ([!=]=) (\S+)$/.exec(term) ?? [];
    if (operator === undefined) throw new Error(`the rehearsal cannot read "if: ${term}"`);
    const same = (operand(left, contexts) ?? "") === (operand(right, contexts) ?? "");
    return operator === "==" ? same : !same;
  });
}

function operand(text: string, contexts: Contexts): unknown {
  const [, literal] = /^'(.*)'$/.exec(text) ?? [];
  return literal ?? lookUp(text, contexts);
}

function lookUp(path: string, contexts: Contexts): unknown {
  if (!/^[a-z_]+(\.[\w-]+)+$/i.test(path))
    throw new Error(`the rehearsal cannot read \${{ ${path} }}`);
  const [context = "", ...keys] = path.split(".");
  if (!(context in contexts)) throw new Error(`the rehearsal knows no context "${context}"`);
  return keys.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    contexts[context],
  );
}
