import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../config/load.ts";

/** What host/lib/answer.sh prints. */
function answer(...args: string[]): string {
  const script = '. "$0"; answer "$@"';
  const library = join(root, "host/lib/answer.sh");
  const { stdout } = spawnSync("bash", ["-euc", script, library, ...args], { encoding: "utf8" });
  return stdout;
}

describe("a line that the VM answers", () => {
  it("has a version, a kind and named fields", () => {
    expect(answer("slot", "release", "a-1", "weight", "")).to.equal(
      '{"onebox":1,"kind":"slot","release":"a-1","weight":""}\n',
    );
  });

  it("is one line of JSON, whatever its values hold", () => {
    const values = ['"', "\\", '\\"', "a\nb\tc", "\u001b[2J", "$(reboot) `x` & ü", "'"];
    for (const value of values) {
      const text = answer("news", "text", value);
      expect(text.trimEnd().split("\n")).to.have.length(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them gets through
      expect(JSON.parse(text).text).to.equal(value.replace(/[\u0000-\u001f]/g, ""));
    }
  });

  it("takes over what is JSON already, and null for nothing", () => {
    expect(JSON.parse(answer("slot", "settings:", '{"allow":["a\\"b"]}', "none:", ""))).to.include({
      none: null,
    });
  });
});
