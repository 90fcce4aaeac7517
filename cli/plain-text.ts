// biome-ignore-all lint/suspicious/noControlCharactersInRegex: these are what it looks for

/** Sequences that a terminal obeys (ECMA-48), by how they begin; one that never ends goes to the end of the text. */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
/** Other control characters, and those that turn the direction of what follows. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text from outside without what a terminal or a CI runner would obey: escape sequences, control characters other
 * than newlines and tabs, and GitHub's workflow commands ("::error::…", "##[…"), which it takes from any line.
 */
export function plainText(text: string): string {
  return text
    .replace(sequences, "")
    .replace(/\r\n?/g, "\n")
    .replace(controls, "")
    .replace(/^(\s*):(?=:)/gm, "$1: ")
    .replaceAll("##[", "# #[");
}

/** A word from outside in an error's only line: a newline in it begins none. */
export function inOneLine(word: string): string {
  return word.replace(/\p{Cc}/gu, "?");
}

/** JSON for machines, which says the same: a terminal that it is shown on has nothing to obey. */
export function plainJson(value: unknown): string {
  const escaped = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replace(controls, escaped);
}

/** A line that does not end is passed on in pieces of so many characters. */
const LONGEST = 65_536;

/** Passes on a text that comes in pieces, line by line, so that no sequence is cut into harmless halves. */
export function plainLines(write: (text: string) => void): {
  write: (text: string) => void;
  end: () => void;
} {
  let rest = "";
  return {
    write: (text) => {
      rest += text;
      const end = rest.length > LONGEST ? rest.length : rest.lastIndexOf("\n") + 1;
      if (end > 0) write(plainText(rest.slice(0, end)));
      rest = rest.slice(end);
    },
    end: () => {
      if (rest !== "") write(plainText(rest));
      rest = "";
    },
  };
}
