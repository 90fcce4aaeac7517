import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { leftSecrets } from "../support/left-secrets.ts";
import { drawn } from "../support/sample.ts";
import { clone, printed, request, run, serving } from "./ways.ts";

// The server is planned beside the state's step, and its own may be over at once.
const steps = ["secrets", "cloud", "synth", "image", "release", "verify", "state"];
const some = drawn("ONEBOX_INTERRUPTS", steps);

describe("Ctrl-C in a deploy", () => {
  before(() => {
    const page = readFileSync(join(clone.directory, "server/page.ts"), "utf8");
    clone.write(
      "server/page.ts",
      page.replace(/<h1>[^<$]*<\/h1>/, "<h1>After the interruptions</h1>"),
    );
    clone.commit("Change a text again");
  });

  for (const name of some) {
    it(`in step "${name}" leaves nothing decrypted behind`, async () => {
      let sent = false;
      const index = steps.indexOf(name);
      const before = index === 0 ? "Onebox deploys" : `✓ ${steps[index - 1]}`;
      const { code, output } = await clone.run("deploy.sh", ["stage"], {
        watch: (text, kill) => {
          if (sent || !text.includes(before)) return;
          sent = true;
          // In the midst of it, but for the last ones, which may be over by then.
          setTimeout(() => kill("SIGINT"), ["verify", "state"].includes(name) ? 0 : 120);
        },
      });
      printed.push(output);
      // Once in a hundred times bash 5.2 reads its trap in the midst of a command substitution, and ends with 2.
      const byBash = /interrupt trap: .*unexpected EOF/.test(output);
      expect(code, output).to.equal(byBash ? 2 : 130);
      if (!byBash) expect(output).to.match(/interrupted in step|^(?![\s\S]*step)/);
      expect(leftSecrets()).to.deep.equal([]);
      expect(existsSync(join(clone.directory, ".env.stage"))).to.equal(false);
    });
  }

  it("is made good by the next deploy", async () => {
    await run(0, "deploy.sh", ["stage"]);
    expect((await serving("stage")).commit).to.equal(clone.git("rev-parse", "HEAD"));
    expect((await request("stage", "/")).body).to.include("After the interruptions");
  });
});
