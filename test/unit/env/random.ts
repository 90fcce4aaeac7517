/** A generator of numbers that look random and come again for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below || 0;
  };
}

const pieces = [
  ..."'\"`$#=\\{}()[]<>|&;!~*?%@:,. \t\n\r",
  ..."aZ09_-é漢😀\u0001\u001b\u007f\u0085\u00a0\u2028\u2029\ufeff\uffff",
  ...["${", "$$", "\\n", "\\$", " #", "\r\n", "export ", "PATH=", "---", "true", "null", "<<EOF"],
];

/** A text of pieces that parsers stumble over. */
export function hostileText(below: (n: number) => number, length: number): string {
  return Array.from({ length }, () => pieces[Math.floor(below(pieces.length))]).join("");
}
