import { expect } from "chai";
import { seenCodes } from "../support/codes.ts";
import { DOCUMENTED } from "./documented.ts";

// Comes last, and looks at what the tests before were answered with: run the whole room for it.
describe("documented error codes", () => {
  for (const [code, reason] of Object.entries(DOCUMENTED)) {
    if (reason === true) {
      it(`${code} is provoked by a test`, () => {
        expect(seenCodes.has(code), "run all tests of the room").to.equal(true);
      });
    } else {
      it(`${code} cannot occur: ${reason}`, () => {
        expect(seenCodes.has(code)).to.equal(false);
      });
    }
  }

  it("are all that there are, but for those of the emulator itself", () => {
    const own = ["action_failed", "no_luck"];
    const others = [...seenCodes].filter((code) => !(code in DOCUMENTED) && !own.includes(code));
    expect(others).to.deep.equal([]);
  });
});
