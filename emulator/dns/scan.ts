/** A word of a zone file or of a record's value, as it was written and as the bytes it stands for. */
export interface Word {
  raw: string;
  bytes: Buffer;
  quoted: boolean;
  /** Nothing stood between this word and the one before, as in `alpn="h2"`. */
  joined: boolean;
}

/** A line of a zone file, or several that parentheses make one. */
export interface Entry {
  line: number;
  /** The line begins with a blank: it is about the name of the entry before. */
  indented: boolean;
  words: Word[];
  comment: string | null;
}

/** What is wrong with a text in DNS' presentation format. */
export class FormatError extends Error {}

/** One word at the front of a text; a quoted one may hold anything but the end of a line. */
const QUOTED = /"((?:[^"\\\r\n]|\\[^\r\n])*)"/y;
const BARE = /(?:[^\s"();\\]|\\[^\r\n])+/y;
const ESCAPE = /\\(\d{3}|[^\r\n])/gu;

/** Splits a text in the format of zone files (RFC 1035, section 5.1) into entries. */
export function scan(text: string): Entry[] {
  const entries: Entry[] = [];
  let line = 1;
  let depth = 0;
  let entry = begin(line);
  let blank = true;
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    if (char === "\n") {
      line++;
      if (depth === 0) {
        if (entry.words.length > 0) entries.push(entry);
        entry = begin(line);
      }
    } else if (char === ";") {
      const end = text.indexOf("\n", at);
      const stop = end === -1 ? text.length : end;
      if (entry.words.length > 0) entry.comment ??= text.slice(at + 1, stop).trim();
      at = stop;
      blank = true;
      continue;
    } else if (char === "(" || char === ")") {
      depth += char === "(" ? 1 : -1;
      if (depth < 0)
        throw new FormatError(`line ${line}: a parenthesis is closed that is not open`);
    } else if (/\s/.test(char)) {
      if (entry.words.length === 0 && depth === 0 && char !== "\r") entry.indented = true;
    } else {
      const word = take(text, at);
      if (word === null)
        throw new FormatError(`line ${line}: a quotation or an escape is not finished`);
      entry.words.push({ ...word, joined: !blank });
      at += word.raw.length;
      blank = false;
      continue;
    }
    blank = true;
    at++;
  }
  if (depth > 0) throw new FormatError(`line ${line}: a parenthesis is not closed`);
  if (entry.words.length > 0) entries.push(entry);
  return entries;
}

const begin = (line: number): Entry => ({ line, indented: false, words: [], comment: null });

function take(text: string, at: number): Omit<Word, "joined"> | null {
  for (const pattern of [QUOTED, BARE]) {
    pattern.lastIndex = at;
    const [raw, inner] = pattern.exec(text) ?? [];
    if (raw === undefined) continue;
    return { raw, bytes: decode(inner ?? raw), quoted: pattern === QUOTED };
  }
  return null;
}

/** Takes back `\X` and `\DDD`, which stands for one byte. */
function decode(text: string): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, what = ""] = match;
    parts.push(Buffer.from(text.slice(from, match.index)));
    const byte = what.length === 3 ? Number(what) : Number.NaN;
    if (byte > 255) throw new FormatError(`${whole} is no byte`);
    parts.push(Number.isNaN(byte) ? Buffer.from(what) : Buffer.of(byte));
    from = match.index + whole.length;
  }
  parts.push(Buffer.from(text.slice(from)));
  return Buffer.concat(parts);
}
