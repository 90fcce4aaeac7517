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

  for (const entrypoint of [
    '["/bin/sh","-c","node server/main.ts"]',
    '["/bin/sh","-c","exec java -jar app.jar"]',
  ]) {
    it(`is refused where the image would not run them: ${entrypoint}`, async () => {
      const output = await released(entrypoint);
      expect(output).to.match(/^onebox: error: the image's ENTRYPOINT is in shell form/m);
      expect(output).not.to.include("step start");
    });
  }

  for (const entrypoint of [
    "null",
    '["docker-entrypoint.sh"]',
    '["/bin/sh","-c","exec \\"$@\\"","--"]',
    '["/bin/sh","-c","exec $0 $*"]',
    '["/bin/sh","/entrypoint.sh"]',
  ]) {
    it(`is served where it would: ${entrypoint}`, async () => {
      expect(await released(entrypoint)).to.include("stage serves next");
    });
  }
});
