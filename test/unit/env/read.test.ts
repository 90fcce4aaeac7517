// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts mean what they say
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readEnv } from "../../../cli/env/read.ts";
import { root } from "../../../config/load.ts";
import { hostileText, seeded } from "../../fixtures/env/random.ts";
import { writeEntry } from "../../fixtures/env/write-env.ts";

const values = (text: string | Uint8Array) => {
  const { entries, problems } = readEnv(text);
  expect(problems).to.deep.equal([]);
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
};
const problems = (text: string | Uint8Array) =>
  readEnv(text).problems.map(({ line, message }) => `${line}: ${message}`);

describe("an env file", () => {
  const read: [what: string, text: string, value: string][] = [
    ["a plain value", "K=value", "value"],
    ["an empty value", "K=", ""],
    ["an empty value in quotes", "K=''", ""],
    ["export", "export K=value", "value"],
    ["a key that is called export", "export=value\nK=v", "v"],
    ["spaces around =", "  K \t= \tvalue  ", "value"],
    ["= in a value", "K=a=b==", "a=b=="],
    ["spaces and quotes in a plain value", `K=say "hi" it's`, `say "hi" it's`],
    ["$ in a plain value", "K=$2a$10$x", "$2a$10$x"],
    ["$ in double quotes", 'K="p$w ${HOME} $(id)"', "p$w ${HOME} $(id)"],
    ["$$", "K=a$$b", "a$$b"],
    ["backticks", "K=`abc#def`", "`abc#def`"],
    ["a comment after a value", "K=value # comment", "value"],
    ["# without white space before it", "K=abc#def", "abc#def"],
    ["# at the beginning of a value", "K=#abc", "#abc"],
    ["a comment in place of a value", "K= # comment", ""],
    ["a comment behind double quotes", `K={"a":1} # "comment`, '{"a":1}'],
    ["$ before what is no key of the file", "A=1\nK=$PATH$a$Ab$A1", "$PATH$a$Ab$A1"],
    ["nothing, behind a long key in hexadecimal", `H=${"0a".repeat(32)}\nEMPTY=\nK=v`, "v"],
    ["# in quotes", `K='a # b' # "comment"`, "a # b"],
    ["a backslash in a plain value", "K=C:\\new", "C:\\new"],
    ["a backslash in single quotes", "K='C:\\new\\'", "C:\\new\\"],
    ["escapes in double quotes", 'K="say \\"hi\\" \\n\\r\\t\\\\ \\$x"', 'say "hi" \n\r\t\\ $x'],
    ["spaces in quotes", "K='  a  '", "  a  "],
    ["several lines in single quotes", "K='a\n# b\nc=d\n'", "a\n# b\nc=d\n"],
    [
      "several lines in double quotes",
      'K="-----BEGIN\nAAAA\n-----END"',
      "-----BEGIN\nAAAA\n-----END",
    ],
    ["CRLF", "A=1\r\nK=value\r\n", "value"],
    ["CRLF inside quotes", "K='a\r\nb'\r\n", "a\nb"],
    ["a byte order mark", "\ufeffK=value", "value"],
    ["no newline at the end", "A=1\nK=value", "value"],
    ["other alphabets", "K=größer 漢字 😀", "größer 漢字 😀"],
    ["what YAML and JavaScript take for line breaks", "K=a\u0085b\u2028c", "a\u0085b\u2028c"],
    ["dots and hyphens in a key", "discovery.type-x=1\nK=v", "v"],
  ];
  for (const [what, text, value] of read) {
    it(`may hold ${what}`, () => expect(values(text).K).to.equal(value));
  }

  it("may hold blank lines and comments, and counts them", () => {
    expect(readEnv("\n# A=1\n \t\n  # 'B\nK='x\ny'\nL=1").entries).to.deep.equal([
      { key: "K", value: "x\ny", line: 5 },
      { key: "L", value: "1", line: 7 },
    ]);
  });

  const refused: [what: string, text: string | Uint8Array, problem: RegExp][] = [
    ["a key without =", "A=1\nK\n", /^2: K has no value; write K= for an empty one$/],
    ["export of nothing", "export K", /^1: K has no value/],
    ["a colon", "K: secret", /^1: K is followed by ":"; write K=VALUE$/],
    ["a key that begins with a digit", "1K=secret", /^1: a name is letters/],
    ["a key with a space", "MY KEY=secret", /^1: a name is letters/],
    ["no key", "=secret", /^1: a name is letters/],
    ["the rest of a text in several lines", "K=-----BEGIN\nsecret+/==\n", /^2: .*needs quotes/],
    ["a quote that is not closed", "A=1\nK='secret\nB=2", /^2: K: the quote ' .* never closed$/],
    ["text after a quote", `K='it'\\''s secret'`, /^1: K: something follows the closing quote; /],
    ["text after a quote lines below", "K='a\nsecret' b", /^2: .*closing quote of line 1; /],
    ["# right after a quote", "K='a'#secret", /^1: K: something follows/],
    ["an unknown escape", 'K="a\nC:\\dir"', /^2: K: a backslash in double quotes only stands /],
    ["a control character", "K=a\u001b[31msecret", /^1: K holds a control character; /],
    ["a lone carriage return", "A=1\rK=2", /^1: A holds a control character; /],
    ["a NUL", "K='a\0secret'", /^1: K holds what no process can be given/],
    ["half a character", "K=\ud83d", /^1: K holds what no process can be given/],
    ["another encoding", new Uint8Array([65, 61, 49, 10, 75, 61, 0xe4]), /^2: is not UTF-8; /],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 75, 0, 61, 0]), /^1: is not UTF-8; /],
    ["UTF-16 without a mark", new Uint8Array([75, 0, 61, 0, 49, 0]), /^1: is not UTF-8; /],
    ["UTF-16, the other way", new Uint8Array([0, 75, 0, 61, 0, 49]), /^1: is not UTF-8; /],
    [
      "base64 in several lines",
      `K=${"c2VjcmV0".repeat(9)}c2Vj\nsecretAg==\n`,
      /^2: looks like the rest of the line before; a value of several lines needs quotes/,
    ],
    [
      "a comment inside double quotes",
      'K={"color": "red #secret", "b": 1}',
      /^1: K: white space and # begin a comment, here inside double quotes; put .* in single quotes$/,
    ],
    ["another key's value by $", "PASS=secret\nK=x:$PASS@db", /^2: K: \$\{PASS\} is not replaced/],
    ["a key twice", "K=secret\nB=\nK=2", /^3: K stands in line 1 already; /],
    ["another key's value", 'P=secret\nK="x${P}"', /^2: K: \$\{P\} is not replaced by .* of P; /],
  ];
  for (const [what, text, problem] of refused) {
    it(`may not hold ${what}`, () => {
      expect(problems(text)[0]).to.match(problem);
      expect(problems(text).join()).not.to.include("secret");
    });
  }

  it("names all problems at once and gives what could be read", () => {
    const { entries, problems } = readEnv("A\nB=1\nC: 2\nD='3\n");
    expect(problems.map(({ line }) => line)).to.deep.equal([1, 3, 4]);
    expect(entries.map(({ key }) => key)).to.deep.equal(["B"]);
  });

  it("may mean the text ${P} where it says so", () => {
    expect(values("P=1\nK='${P}'\nL=\"\\${P}\"")).to.include({ K: "${P}", L: "${P}" });
  });

  it("may be .env.example", () => {
    expect(problems(readFileSync(join(root, ".env.example")))).to.deep.equal([]);
  });

  it("gives back what was written, whatever it is", () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const below = seeded(seed);
      const pick = (choices: number) => Math.floor(below(choices));
      const wanted = Array.from({ length: 8 }, (_, index) => ({
        key: `K${index}`,
        value: hostileText(below, pick(12)),
      }));
      const text = wanted.map(({ key, value }) => writeEntry(key, value, pick)).join("");
      const { entries, problems } = readEnv(new TextEncoder().encode(text));
      expect(problems, `seed ${seed}`).to.deep.equal([]);
      const found = entries.map(({ key, value }) => ({ key, value }));
      expect(found, `seed ${seed}`).to.deep.equal(wanted);
    }
  });

  it("is read to its end whatever it holds, without an exception", () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const below = seeded(seed);
      const text = hostileText(below, Math.floor(below(200)));
      const bytes = Buffer.from(text, below(2) < 1 ? "utf8" : "latin1");
      const lines = text.split("\n").length;
      for (const { line, message } of readEnv(bytes).problems) {
        expect(line, `seed ${seed}`).to.be.within(1, lines);
        expect(message).to.match(/^[\x20-\x7e]+$/); // nothing that a terminal would obey
      }
    }
  });

  it("is read once from begin to end: much of what makes a parser go back is no matter", () => {
    const pieces = ["a", " ", "\t", "K='", 'K="', 'K="\\"\n', "export ", "${a", "K=\n", "\\"];
    for (const piece of pieces) {
      const many = piece.repeat(300_000 / piece.length);
      for (const text of [many, `K="${many}`, `K=${many}\n"`]) {
        const { entries, problems } = readEnv(text);
        expect(entries.length + problems.length).to.be.below(300_000);
      }
    }
  });
});
