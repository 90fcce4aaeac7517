/** One variable of an env file. */
export interface EnvEntry {
  key: string;
  value: string;
  /** Where it stands in the file; the first line is 1. */
  line: number;
}

/** Why a line cannot be used, and what to do about it. It never holds a value. */
export interface EnvProblem {
  line: number;
  message: string;
}

/** What an env file says. Where it has problems, the entries are those that could be read all the same. */
interface EnvFile {
  entries: EnvEntry[];
  problems: EnvProblem[];
}

const blank = /[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/y;
const assignment = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=([ \t]*)/y;
const restOfLine = /[^\n]*(?:\n|$)/y;
const afterQuote = /(?:[ \t]+#[^\n]*|[ \t]*)\r?(?:\n|$)/y;
const escapes: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  $: "$",
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const ENCODING = "is not UTF-8; save the file in that encoding";
// biome-ignore lint/suspicious/noControlCharactersInRegex: half of the bytes of UTF-16, read as UTF-8
const utf16 = /^(?:[^\u0000]\u0000[^\u0000]\u0000|\u0000[^\u0000]\u0000[^\u0000])/;
/** A line of base64 that goes on in the next one, as base64 and openssl print it. */
const wrapped = /^(?:[A-Za-z0-9+/]{4}){15,}$/;

/** Reads an env file by the grammar of docs/secrets.md. It never throws. */
export function readEnv(source: string | Uint8Array): EnvFile {
  const text = typeof source === "string" ? source : decode(source);
  if (typeof text !== "string") return { entries: [], problems: [text] };
  if (utf16.test(text)) return { entries: [], problems: [{ line: 1, message: ENCODING }] };
  return new Reader(text.replace(/^\ufeff/, "")).read();
}

/** The text, or the first line that is not UTF-8. */
function decode(bytes: Uint8Array): string | EnvProblem {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  try {
    return utf8.decode(bytes);
  } catch {
    let line = 1;
    for (let from = 0; from < bytes.length; line += 1) {
      const end = bytes.indexOf(10, from);
      const to = end < 0 ? bytes.length : end + 1;
      try {
        utf8.decode(bytes.subarray(from, to));
      } catch {
        break;
      }
      from = to;
    }
    return { line, message: ENCODING };
  }
}

/** A value, and which other keys it seems to expect the values of. */
interface Value {
  value: string;
  mentions: string[];
}

class Reader {
  private readonly text: string;
  private at = 0;
  private readonly file: EnvFile = { entries: [], problems: [] };
  private readonly mentions: { line: number; key: string; name: string }[] = [];
  /** Where each line ends. */
  private readonly ends: number[];

  constructor(text: string) {
    this.text = text;
    this.ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  }

  read(): EnvFile {
    while (this.at < this.text.length) {
      if (this.take(blank)) continue;
      const line = this.line();
      const found = this.take(assignment);
      if (found) this.entry(line, found[1] ?? "", found[2] !== "");
      else this.problem(line, whyNot(this.take(restOfLine)?.[0] ?? ""));
    }
    this.checkTwice();
    this.checkMentions();
    this.file.problems.sort((a, b) => a.line - b.line);
    return this.file;
  }

  private entry(line: number, key: string, spaced: boolean): void {
    const quote = this.text[this.at];
    const found =
      quote === "'" || quote === '"' ? this.quoted(line, key, quote) : this.bare(line, key, spaced);
    if (found === undefined) return;
    if (this.continues(line, key, found.value)) {
      const message = "looks like the rest of the line before; ";
      this.problem(line, `${message}a value of several lines needs quotes around it`);
      return;
    }
    if (found.value.includes("\0") || !found.value.isWellFormed()) {
      this.problem(line, `${key} holds what no process can be given (a NUL, or half a character)`);
      return;
    }
    this.file.entries.push({ key, value: found.value, line });
    for (const name of found.mentions) this.mentions.push({ line, key, name });
  }

  /** Whether it is no key, but the end of a text in base64, with what fills it up. */
  private continues(line: number, key: string, value: string): boolean {
    const before = this.file.entries.at(-1);
    if (before?.line !== line - 1 || !wrapped.test(before.value)) return false;
    return /^=?$/.test(value) && /^[A-Za-z0-9]+$/.test(key) && !looksLikeKey(key);
  }

  /** A value without quotes ends with its line, or before white space and "#". */
  private bare(line: number, key: string, spaced: boolean): Value | undefined {
    let value = (this.take(restOfLine)?.[0] ?? "").replace(/\r?\n$/, "");
    const comment = spaced && value.startsWith("#") ? 0 : value.search(/[ \t]#/);
    if (comment >= 0) value = value.slice(0, comment);
    if (comment >= 0 && (value.split('"').length - 1) % 2 === 1) {
      const message = `${key}: white space and # begin a comment, here inside double quotes`;
      this.problem(line, `${message}; put the value in single quotes`);
      return undefined;
    }
    value = withoutEnd(value.endsWith("\r") ? value.slice(0, -1) : value);
    if (control.test(value)) {
      this.problem(line, `${key} holds a control character; put the value in quotes`);
      return undefined;
    }
    return { value, mentions: namesIn(value) };
  }

  private quoted(line: number, key: string, quote: string): Value | undefined {
    const start = this.at;
    const read = quote === "'" ? this.single() : this.double(key);
    if (read === undefined) {
      this.problem(line, `${key}: the quote ${quote} that begins its value is never closed`);
      this.at = start;
      this.take(restOfLine);
      return undefined;
    }
    const end = this.line();
    if (this.take(afterQuote)) return read;
    const closed = end === line ? "" : ` of line ${line}`;
    const fix =
      quote === "'"
        ? "a value that holds ' goes in double quotes"
        : 'a " inside double quotes is written \\"';
    this.problem(end, `${key}: something follows the closing quote${closed}; ${fix}`);
    this.take(restOfLine);
    return undefined;
  }

  /** In single quotes everything stands for itself. */
  private single(): Value | undefined {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) return undefined;
    const raw = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return { value: raw.replaceAll("\r\n", "\n"), mentions: [] };
  }

  /** In double quotes a backslash begins one of a few escapes. */
  private double(key: string): Value | undefined {
    const parts: string[] = [];
    const mentions: string[] = [];
    const plain = /[^"\\]*/y;
    this.at += 1;
    for (;;) {
      const raw = this.take(plain)?.[0] ?? "";
      mentions.push(...namesIn(raw));
      parts.push(raw.replaceAll("\r\n", "\n"));
      const line = this.line();
      const stop = this.text[this.at];
      if (stop === undefined) return undefined;
      this.at += 1;
      if (stop === '"') return { value: parts.join(""), mentions };
      const letter = this.text[this.at];
      if (letter === undefined) return undefined;
      const meant = escapes[letter];
      if (meant === undefined) {
        const message = `${key}: a backslash in double quotes only stands before n, r, t, ", \\ and $`;
        this.problem(line, `${message}; write \\\\ for a backslash, or use single quotes`);
        parts.push("\\");
        continue;
      }
      parts.push(meant);
      this.at += 1;
    }
  }

  /** The second of two lines would silently win. */
  private checkTwice(): void {
    const first = new Map<string, number>();
    for (const { key, line } of this.file.entries) {
      const before = first.get(key);
      if (before === undefined) first.set(key, line);
      else this.problem(line, `${key} stands in line ${before} already; remove one of the two`);
    }
  }

  /** Other tools would put the value there, and this one does not: that must not go unnoticed. */
  private checkMentions(): void {
    const keys = new Set(this.file.entries.map(({ key }) => key));
    for (const { line, key, name } of this.mentions) {
      if (!keys.has(name)) continue;
      const message = `${key}: \${${name}} is not replaced by the value of ${name}`;
      this.problem(line, `${message}; write that value, or use single quotes if you mean the text`);
    }
  }

  private problem(line: number, message: string): void {
    this.file.problems.push({ line, message });
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  /** The line of the current place. */
  private line(): number {
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] ?? 0) < this.at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

/** Without the spaces and tabs at its end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end -= 1;
  return text.slice(0, end);
}

/** The names in a text's "${NAME}", and in its "$NAME" where that is written as keys are. */
function namesIn(text: string): string[] {
  const form = /\$(?:\{([A-Za-z_][A-Za-z0-9_.-]*)\}|([A-Z_][A-Z0-9_]*)(?![A-Za-z0-9_]))/g;
  return [...text.matchAll(form)].map(([, braced, bare = ""]) => braced ?? bare);
}

/** Whether it is written as keys are: what is not may be a line of a secret, such as one of a private key. */
export function looksLikeKey(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name);
}

/** Why a line is no assignment. Its text may be a secret, so only what looks like a key is repeated. */
function whyNot(line: string): string {
  const [, key, next] = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(.?)/.exec(line) ?? [];
  if (key !== undefined && looksLikeKey(key) && (next === "" || next === "\r")) {
    return `${key} has no value; write ${key}= for an empty one`;
  }
  if (key !== undefined && looksLikeKey(key) && next === ":")
    return `${key} is followed by ":"; write ${key}=VALUE`;
  const several = "a value of several lines needs quotes around it";
  if (/^[^'"#]*=/.test(line)) {
    return `a name is letters, digits, "_", "." and "-", and begins with a letter or "_"; ${several}`;
  }
  return `is neither KEY=VALUE nor a comment; ${several}`;
}
