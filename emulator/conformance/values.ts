/** The value at a path such as `server.public_net.ipv4`. */
export const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], value);

/** Puts values where `{name.path}` stands; a text that is nothing else becomes the value itself. */
export function filled(template: unknown, values: Record<string, unknown>): unknown {
  if (typeof template === "string") {
    const [, alone] = /^\{([^{}]+)\}$/.exec(template) ?? [];
    if (alone !== undefined) return at(values, alone);
    return template.replace(/\{([^{}]+)\}/g, (_, path) => String(at(values, path)));
  }
  if (Array.isArray(template)) return template.map((each) => filled(each, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, filled(value, values)]),
  );
}
