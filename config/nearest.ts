/**
 * The word that a mistyped one was probably meant to be; nothing when none comes close. Where everything would have to
 * be exchanged, as of "--" for "db", nothing was meant.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((word) => ({ word, edits: editsBetween(typed.toUpperCase(), word.toUpperCase()) }))
    .sort((a, b) => a.edits - b.edits);
  if (best === undefined || best.edits >= Math.min(typed.length, best.word.length))
    return undefined;
  return best.edits <= Math.max(2, best.word.length / 4) ? best.word : undefined;
}

/** How many letters must be put in, left out or exchanged (Levenshtein). */
export function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a.slice(0, 64)].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const exchanged = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
