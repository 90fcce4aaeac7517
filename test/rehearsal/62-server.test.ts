import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Vm } from "../support/vm.ts";
import { part } from "./parts.ts";
import { clone, request, run, serving } from "./rehearsal.ts";
import { loseState } from "./state.ts";

const configured = () => readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
const configure = (from: string | RegExp, to: string) => {
  const changed = configured().replace(from, to);
  expect(changed).to.include(to);
  clone.write("onebox.config.ts", changed);
};

describe("a server that was changed behind everybody's back", () => {
  let vm: Vm;
  let image: string;
  before(async () => {
    vm = new Vm(clone.directory);
    ({ image } = await serving("stage"));
  });

  /** Deploys what was served, and sees that all of it serves again, with its data. */
  const mended = async (...args: string[]) => {
    const { output } = await run(0, "deploy.sh", ["stage", "--image", image, ...args]);
    expect((await request("stage", "/readyz")).status).to.equal(200);
    return output;
  };
  const drift = async () => (await run(4, "drift.sh")).stdout;

  part("off").it("is started when it is off; status.sh and drift.sh name the command", async () => {
    await vm.act("poweroff");
    const line = /the server is switched off: scripts\/deploy\.sh stage starts it/;
    expect((await run(1, "status.sh")).output).to.match(line);
    expect(await drift()).to.match(line);
    expect(await mended()).to.match(/✓ server +[\d.]+, started /);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
  });

  part("address").it("gets its address back", async () => {
    const { id } = (await vm.server()).public_net.ipv4;
    await vm.act("poweroff");
    await vm.actOn(`/primary_ips/${id}`, "unassign");
    await vm.act("poweron");
    expect(await drift()).to.match(/the address [\d.]+ is assigned to no server: .*deploy\.sh/);
    expect(await mended()).to.match(/✓ server +[\d.]+, stopped, address assigned, started /);
    expect((await vm.server()).public_net.ipv4.id).to.equal(id);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
  });

  part("rebuilt").it(
    "is installed again when it was rebuilt, with an empty disk and the same id",
    async () => {
      const { id } = await vm.server();
      await vm.act("rebuild", { image: "docker-ce" });
      expect(await mended()).to.match(/✓ server .*installed again after it was rebuilt/);
      expect((await vm.server()).id).to.equal(id);
      await run(0, "deploy.sh", ["prod", "--image", image]);
      expect((await request("prod", "/only-on-prod")).status).to.equal(302);
    },
  );

  part("state").it(
    "is taken over when Terraform's state is lost; nothing is made anew",
    async () => {
      const before = await vm.server();
      await loseState();
      expect(await drift()).to.match(
        /state lacks the server onebox \(id \d+\): .*deploy\.sh stage takes/,
      );
      expect(await mended()).to.match(/✓ server .*taken over into Terraform's state/);
      const { id, public_net, volumes } = await vm.server();
      expect({ id, public_net, volumes }).to.deep.equal({
        ...{ id: before.id, public_net: before.public_net, volumes: before.volumes },
      });
      await run(0, "terraform.sh", ["server", "plan", "-no-color", "-detailed-exitcode"]);
      expect((await request("prod", "/only-on-prod")).status).to.equal(302);
    },
  );

  part("full").it(
    "with a full data volume is not called healthy, and nothing is deployed",
    async () => {
      const [volume] = (await vm.server()).volumes;
      const mount = `/mnt/HC_Volume_${volume}`;
      await vm.run(
        `mount -t tmpfs -o size=8m none ${mount} && head -c 9m /dev/zero >${mount}/x || true`,
      );
      try {
        const { stdout } = await run(0, "status.sh");
        expect(stdout).to.match(/^stage .* unhealthy /m);
        const line = /the data volume has 0 MB of 8 MB left: raise server\.volumeSize and deploy/;
        expect(stdout).to.match(line);
        expect((await run(2, "deploy.sh", ["stage", "--image", image])).output).to.match(line);
      } finally {
        await vm.run(`umount ${mount}`);
      }
      expect((await run(0, "status.sh")).stdout).to.match(/^stage .* healthy /m);
    },
  );
});

describe("a server that is configured otherwise", () => {
  let vm: Vm;
  let image: string;
  before(async () => {
    vm = new Vm(clone.directory);
    ({ image } = await serving("stage"));
  });
  // A volume stays as large as it has become, and a server of its type, so the configuration does too.
  after(() => {
    clone.commit("Take what the server is now");
  });

  part("volume").it(
    "grows its volume, and refuses to shrink it again: the plan promises no saving",
    async () => {
      configure("volumeSize: 10", "volumeSize: 20");
      await run(0, "deploy.sh", ["stage", "--image", image]);
      configure("volumeSize: 20", "volumeSize: 10");
      const line = /^server\.volumeSize: the volume has 20 GB.*put back volumeSize: 20$/m;
      expect((await run(2, "deploy.sh", ["stage", "--image", image])).output).to.match(line);
      expect((await run(2, "plan.sh", ["server"])).output).to.match(line);
      configure("volumeSize: 10", "volumeSize: 20");
    },
  );

  part("type").it("changes its type when that was agreed to, and runs again", async () => {
    configure('type: "cx23"', 'type: "cx33"');
    const deploy = ["stage", "--image", image];
    const { output } = await run(2, "deploy.sh", deploy);
    expect(output).to.match(/would change from cx23 to cx33: it is switched off for that/);
    expect(output).to.match(/Refused, because nobody can be asked; to go on, add: --may-restart$/m);
    expect((await vm.server()).server_type.name).to.equal("cx23");
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
    expect((await run(0, "plan.sh", ["server"])).stdout).to.match(
      /refuses this without --may-restart/,
    );
    await run(0, "deploy.sh", [...deploy, "--may-restart"]);
    const { status, server_type } = await vm.server();
    expect({ status, type: server_type.name }).to.deep.equal({ status: "running", type: "cx33" });
    expect((await request("stage", "/readyz")).status).to.equal(200);
  });

  part("type").it("is started again when the change fails at Hetzner", async () => {
    const before = configured();
    configure('type: "cx33"', 'type: "cx43"');
    const refusal = ["--status", "412", "--code", "resource_unavailable"];
    const whom = ["--method", "POST", "--path", "/servers/*/actions/change_type"];
    await run(0, "cloud.sh", ["fault", "error", ...refusal, ...whom]);
    const { output } = await run(1, "deploy.sh", ["stage", "--image", image, "--may-restart"]);
    clone.write("onebox.config.ts", before);
    expect(output).to.match(/✗ server/);
    const { status, server_type } = await vm.server();
    expect({ status, type: server_type.name }).to.deep.equal({ status: "running", type: "cx33" });
    // It has only just been started.
    const answers = () =>
      request("stage", "/readyz").then(
        (answer) => answer.status,
        () => 0,
      );
    const deadline = Date.now() + 90_000;
    while ((await answers()) !== 200) {
      expect(Date.now()).to.be.below(deadline);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
});
