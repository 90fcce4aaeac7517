import { expect } from "chai";
import { plainText } from "../../cli/plain-text.ts";
import { renderTable } from "../../cli/table.ts";

const hostile: Record<string, [string, string]> = {
  "a colour": ["\u001b[1;31mred\u001b[0m", "red"],
  "a cleared screen": ["\u001b[2J\u001b[Hgone", "gone"],
  "a window's title": ["\u001b]0;title\u0007text", "text"],
  "a link": ["\u001b]8;;http://x.invalid\u001b\\here\u001b]8;;\u001b\\", "here"],
  "a clipboard": ["\u001b]52;c;ZXZpbA==\u0007ok", "ok"],
  "a title that never ends": ["a\u001b]0;b\u2603", "a"],
  "a device's control string": ["\u001bP$q\u001b\\x", "x"],
  "a sequence of one byte": ["\u009b31mred\u009d0;t\u009cx", "redx"],
  "an escape at the end": ["x\u001b", "x"],
  "a line that is written over": ["good\rbad", "good\nbad"],
  "backspaces and a bell": ["a\b\b\u0007b", "ab"],
  "a turned direction": ["a\u202eb\u2066c", "abc"],
  "a runner's command": ["x\n  ::add-mask::y\n::error::z", "x\n  : :add-mask::y\n: :error::z"],
  "a runner's old command": ["##[add-path]/tmp", "# #[add-path]/tmp"],
  "lines, tabs and other alphabets": ["a\tb\r\nжé☃\n", "a\tb\nжé☃\n"],
};

describe("text from outside", () => {
  for (const [name, [text, wanted]] of Object.entries(hostile)) {
    it(`is shown without ${name}`.replace("without lines", "with lines"), () => {
      expect(plainText(text)).to.equal(wanted);
    });
  }

  it("holds nothing more that could be obeyed, whatever it was made of", () => {
    const parts = [
      "\u001b",
      "[",
      "]",
      "0",
      "m",
      "\u0007",
      "\\",
      "\u009b",
      "\r",
      "\n",
      "::",
      "P",
      "é",
    ];
    for (let at = 0; at < 5000; at += 1) {
      const text = Array.from(
        { length: 8 },
        (_, k) => parts[(at * 7919 + k * 104729) % parts.length],
      ).join("");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(plainText(text)).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|^\s*::/m);
    }
  });

  it("takes no more than its cell of a table", () => {
    const rows = [
      ["NAME", "TEXT"],
      ["a", "b\nc\u001b[2J\u001b]0;x\u0007"],
    ];
    expect(renderTable(rows)).to.equal("NAME  TEXT\na     b c");
  });
});
