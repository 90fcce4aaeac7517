import { expect } from "chai";
import { slugOf } from "../../config/previews.ts";
import { stage } from "../stage/use.ts";
import { scene } from "./scene.ts";

describe("branches as people call them", () => {
  // Git takes no spaces; "$IFS" is how a shell would be given one.
  const names = [
    "fix/42-Größe_der_Liste",
    "🚀/to-the-moon",
    "$(touch$IFS/tmp/x);'\"`Host`||!{{x}}&",
    `${"long/".repeat(39)}name`,
  ];

  before(() => scene.begin());
  after(async () => {
    for (const name of names) await scene.preview("down", name);
  });

  it("each get a host that answers", async () => {
    for (const name of names) {
      scene.branch(name);
      await scene.preview("up", name);
      expect(await scene.says(name)).to.equal(scene.environmentOf(name));
    }
    const { stdout } = await scene.preview("list", "--json");
    const listed = (JSON.parse(stdout) as { branch: string }[]).map(({ branch }) => branch);
    expect(listed).to.have.members(names);
  });

  it("are refused in one line, with nothing touched, when there is no such branch", async () => {
    const before = await scene.traces();
    for (const name of ["-", "--", "nowhere", "../../etc"]) {
      const { code, output } = await stage.clone.run("preview.sh", ["up", "--", name]);
      expect(code, `${name}: ${output}`).to.equal(2);
      expect(output.trim().split("\n").at(-1)).to.match(/^preview\.sh: /);
    }
    expect(await scene.traces()).to.deep.equal(before);
  });

  it("do not take each other's host", () => {
    expect(slugOf("a/b")).not.to.equal(slugOf("a-b"));
  });
});
