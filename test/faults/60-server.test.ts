import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { all, some } from "./sample.ts";
import { expectRefusal, expectSuccess, other } from "./shared.ts";

/** What the cloud knows of the server, and since when its system runs. */
async function machine() {
  const { id, status, server_type, public_net, volumes } = await stage.vm.server();
  const since = await stage.onVm("systemctl show --property UserspaceTimestamp");
  return { id, status, type: server_type.name, ip: public_net.ipv4, volumes, since };
}

/** Asks for another type of server. */
function askFor(type: string): void {
  const file = "onebox.config.ts";
  const text = readFileSync(join(stage.clone.directory, file), "utf8");
  expect(text).to.include('type: "cx23"');
  stage.clone.write(file, text.replace('type: "cx23"', `type: "${type}"`));
}

const faults: Record<string, () => Promise<void>> = {
  "is to be of a type that does not exist": async () => {
    askFor("cx999");
    await expectRefusal(await other(), /^server\.type: Hetzner has no server type "cx999"; /);
  },

  "is to be of another type, though nobody has agreed to a restart": async () => {
    askFor("cx33");
    await expectRefusal(
      await other(),
      /would change from cx23 to cx33: it is switched off for that/,
      /^Refused, because nobody can be asked; to go on, add: --may-restart$/,
    );
  },
};

/** Takes over what Terraform's state lacks. */
async function takeOver(): Promise<void> {
  const state = join(stage.clone.directory, ".onebox/state/onebox/server.tfstate");
  renameSync(state, `${state}.lost`);
  const { output } = await expectSuccess(await other());
  expect(output).to.match(/✓ server .*taken over into Terraform's state/);
  rmSync(`${state}.lost`);
  await stage.run("terraform.sh", "server", "plan", "-no-color", "-detailed-exitcode");
}

describe("a server that", () => {
  afterEach(() => stage.clone.git("checkout", "--", "onebox.config.ts"));

  const lost = "Terraform's state has lost is taken over";
  const long: [string, () => Promise<void>][] = all ? [[lost, takeOver]] : [];
  for (const [what, test] of [...some(Object.entries(faults)), ...long]) {
    it(`${what}: it stays as it is, and nobody notices`, async () => {
      const before = await machine();
      await test();
      expect(await machine()).to.deep.equal(before);
    });
  }
});
