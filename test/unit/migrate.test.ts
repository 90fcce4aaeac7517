import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("a release with migrations", () => {
  let vm: MadeUpVm;
  const app = createServer((_, response) => response.end('{"release":"next"}'));
  before(() => once(app.listen(0, "127.0.0.1"), "listening"));
  after(() => app.close());
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
  });
  afterEach(() => vm.remove());

  /** Releases an image with such an ENTRYPOINT, as Docker tells it. */
  async function released(entrypoint: string): Promise<string> {
    vm.bring("incoming", "next", (app.address() as AddressInfo).port);
    vm.write("incoming/release.env", `ONEBOX_MIGRATE=a b\n${vm.read("incoming/release.env")}`);
    vm.write("entrypoint", entrypoint);
    const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
    return (await vm.run("release", [], incoming)).output;
  }

  it("is refused where the image would not run them, before anything is touched", async () => {
    const output = await released('["/bin/sh","-c","node server/main.ts"]');
    expect(output).to.match(/^onebox: error: the image's ENTRYPOINT is in shell form/m);
    expect(output).not.to.include("step start");
  });

  it("is served where it would", async () => {
    expect(await released('["docker-entrypoint.sh"]')).to.include("stage serves next");
  });

  for (const [entrypoint, code] of [
    ['["/bin/sh","-c","exec java -jar app.jar"]', 1],
    ["null", 0],
    ['["/bin/sh","-c","exec \\"$@\\"","--"]', 0],
    ['["/bin/sh","-c","exec $0 $*"]', 0],
    ['["/bin/sh","/entrypoint.sh"]', 0],
  ] as const) {
    it(`${code === 0 ? "takes" : "refuses"} an image of ${entrypoint}`, async () => {
      vm.write("entrypoint", entrypoint);
      vm.program(
        "try",
        ["lib/environment", "release/prepare"],
        "release=new; need_command",
        "environment=$1 ONEBOX_BY=",
      );
      const { code: ended, output } = await vm.run("try");
      expect(ended, output).to.equal(code);
      expect(output.includes("ENTRYPOINT is in shell form")).to.equal(code === 1);
    });
  }
});
