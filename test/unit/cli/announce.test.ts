import { expect } from "chai";
import { showSteps } from "../../../cli/vm/operate.ts";

describe("what the VM announces", () => {
  /** What is shown of these lines of output. */
  function shown(...lines: string[]) {
    const notes: string[] = [];
    const show = showSteps({
      ...{ note: "", progress: () => {}, output: () => {} },
      announce: (text) => notes.push(text),
    });
    for (const line of lines) show(`${line}\n`);
    return notes;
  }

  it("is shown at once, over SSH and through Terraform", () => {
    const remote = "null_resource.deployment (remote-exec): onebox: note: two";
    expect(shown("onebox: step database", "onebox: note: one", remote)).to.deep.equal([
      "one",
      "two",
    ]);
  });

  it("is nothing that an app says", () => {
    expect(shown("  app: onebox: note: mine", "x onebox: note: mine")).to.deep.equal([]);
  });
});
