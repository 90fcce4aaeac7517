import { expect } from "chai";
import fc from "fast-check";
import { readAppEnv, readDeployEnv } from "../../../cli/env/check.ts";
import { readEnv } from "../../../cli/env/read.ts";
import { ConfigError } from "../../../config/check.ts";
import { anyText } from "./arbitraries.ts";

/** A value as somebody writes it who knows the grammar of docs/secrets.md. */
function quoted(value: string): string {
  const escaped = value
    .replace(/["\\$]/g, (character) => `\\${character}`)
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

const values = anyText.filter((text) => text.isWellFormed() && !text.includes("\0"));

describe("whatever an env file holds", () => {
  it("is read to its end, whether text or bytes", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array()), (source) => {
        const { entries, problems } = readEnv(source);
        for (const { key } of entries) expect(key).to.match(/^[A-Za-z_][\w.-]*$/);
        for (const { line, message } of problems) {
          expect(line).to.be.at.least(1);
          expect(message).to.match(/^[^\n]+$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a value that is quoted is exactly what was meant, and the next line is the next", () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const text = `FIRST=${quoted(first)}\nexport SECOND = ${quoted(second)} # why\n`;
        const { entries, problems } = readEnv(text);
        expect(problems).to.deep.equal([]);
        expect(entries.map(({ key, value }) => [key, value])).to.deep.equal([
          ["FIRST", first],
          ["SECOND", second],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it("never stands in what is said of it", () => {
    const secret = "x9Qsecret";
    const texts = fc.tuple(anyText, anyText).map((around) => around.join(secret));
    const owner = { environment: "stage", database: true };
    fc.assert(
      fc.property(texts, fc.constantFrom("", "KEY", "ONEBOX_X"), (text, key) => {
        const line = key === "" ? `'${text}` : `${key}=${text}`;
        for (const read of [readDeployEnv, (source: string) => readAppEnv(source, owner)]) {
          try {
            read(line);
          } catch (error) {
            expect(error).to.be.instanceOf(ConfigError);
            expect((error as ConfigError).problems.join("\n")).not.to.include(secret);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
