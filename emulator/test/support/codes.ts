/** Error codes that tests of this run were answered with, or that an action ended in. */
export const seenCodes = new Set<string>();

// biome-ignore lint/suspicious/noExplicitAny: answers of any kind
export function noteCodes(body: any): void {
  if (body?.error?.code) seenCodes.add(body.error.code);
  for (const action of [body?.action, ...(body?.actions ?? [])]) {
    if (action?.error?.code) seenCodes.add(action.error.code);
  }
}
