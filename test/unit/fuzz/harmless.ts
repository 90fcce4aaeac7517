/** Whether a terminal, or a CI runner, has nothing in a text to obey. */
export function isHarmless(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^\s*::|##\[/m;
  return !obeyed.test(text);
}
