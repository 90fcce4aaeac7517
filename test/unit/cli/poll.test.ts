import { expect } from "chai";
import { poll } from "../../../cli/poll.ts";

describe("what is asked for again", () => {
  it("is asked until an answer will do", async () => {
    let asked = 0;
    const answer = await poll(
      () => ++asked,
      (count) => count === 3,
      { within: 60_000, pause: 1 },
    );
    expect([answer, asked]).to.deep.equal([3, 3]);
  });

  it("is asked once where there is no time, and its answer is returned all the same", async () => {
    let asked = 0;
    const answer = await poll(
      async () => ++asked,
      () => false,
      {
        within: 0,
        pause: 60_000,
      },
    );
    expect([answer, asked]).to.deep.equal([1, 1]);
  });

  it("ends with what goes wrong", async () => {
    const fails = () => Promise.reject(new Error("gone"));
    const error = await poll(fails, () => true, { within: 60_000, pause: 1 }).catch((e) => e);
    expect(`${error}`).to.equal("Error: gone");
  });
});
