import { expect } from "chai";
import { slugOf } from "../../config/previews.ts";
import { stage } from "../stage/use.ts";
import { named, others } from "./names.ts";
import { scene } from "./scene.ts";

describe("branches as people call them", () => {
  before(async () => {
    await scene.begin();
    await scene.upNamed();
  });
  after(async () => {
    for (const name of others) await scene.preview("down", name);
  });

  it("each get a host that answers", async () => {
    for (const name of others) {
      scene.branch(name);
      await scene.preview("up", name);
    }
    for (const name of [...named, ...others]) {
      expect(await scene.says(name)).to.equal(scene.environmentOf(name));
    }
    const { stdout } = await scene.preview("list", "--json");
    const listed = (JSON.parse(stdout) as { branch: string }[]).map(({ branch }) => branch);
    expect(listed).to.have.members([...named, ...others]);
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
