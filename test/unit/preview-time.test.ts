import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { root } from "../../config/load.ts";

const HOUR = 3600;

/** What the VM says of a preview that is to end so many seconds from its own now. */
function endingIn(seconds: number): { status: number | null; output: string } {
  const script = `set -euo pipefail
    . host/lib/say.sh
    environment=preview-a bin=- dir=- data=- previews=- branches=- slug=a
    . host/previews/place.sh
    setting() { echo ${Math.round(Date.now() / 1000) + seconds}; }
    release=one
    need_time`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

describe("the end of a preview's time, which the clock of its operator has told", () => {
  it("is taken where the VM's clock is of much the same opinion", () => {
    for (const seconds of [HOUR, 72 * HOUR, 8760 * HOUR + HOUR]) {
      expect(endingIn(seconds)).to.deep.equal({ status: 0, output: "" });
    }
  });

  it("is refused where it is over, or years away, by the VM's", () => {
    for (const seconds of [-2 * HOUR, 0, 3 * 8760 * HOUR]) {
      const { status, output } = endingIn(seconds);
      expect(status).to.equal(1);
      expect(output).to.match(
        /^onebox: error: the preview would end in -?\d+ minutes by this VM's clock \(\S+Z\): is yours right\?$/m,
      );
    }
  });
});
