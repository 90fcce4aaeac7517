import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("a release that brings only an image, and has waited for its turn", () => {
  const refused = "stage got other files while this waited for its turn";
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    bring();
  });
  afterEach(() => vm.remove());

  /** What was brought; its app is not ready, and nobody waits for it. */
  function bring() {
    vm.bring("incoming", "fresh");
    const settings = vm.read("incoming/release.env").replace("READY_SECONDS=60", "READY_SECONDS=0");
    vm.write("incoming/release.env", settings);
    vm.write("incoming/delivery.env", "ONEBOX_BY=ci\nONEBOX_CANARY=0\nONEBOX_LIKE_SERVING=1\n");
  }

  /** What currently serves has this identity, or none; the release was made from one with that. */
  async function release(serves: string | undefined, brought: string | undefined) {
    if (serves) vm.write("base/env/stage/releases/old/identity", `${serves}\n`);
    if (brought) vm.write("incoming/identity", `${brought}\n`);
    const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
    const { output } = await vm.run("release", [], incoming);
    const taken = existsSync(join(vm.state, "base/env/stage/releases/fresh"));
    return { output, taken };
  }

  it("does not undo what a deploy has brought meanwhile", async () => {
    for (const brought of ["1", undefined]) {
      const { output, taken } = await release("2", brought);
      expect(output).to.include(refused);
      expect(taken).to.equal(false);
      bring();
    }
  });

  it("is taken where the files are the same, or where an older Onebox does not tell", async () => {
    expect((await release(undefined, undefined)).taken).to.equal(true);
    bring();
    const { output, taken } = await release("1", "1");
    expect(output).not.to.include(refused);
    expect(taken).to.equal(true);
  });
});
