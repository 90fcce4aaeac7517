import { once } from "node:events";
import { existsSync, renameSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { poll } from "../../cli/poll.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("on a VM that starts, or whose Docker does", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  it("visitors are held up at boot until Traefik knows its routes", async () => {
    vm.write("unread", "1\n2\n3\n");
    for (const step of ["on", "wait", "off"]) {
      const { code, output } = await vm.run("hold", [], {}, step);
      expect(code, output).to.equal(0);
      if (step === "wait") expect(vm.read("unread")).to.equal("");
    }
    const rule = "-p tcp -m multiport --dports 80,443 -m addrtype --dst-type LOCAL --syn -j DROP";
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      `iptables -w 10 -t raw -I PREROUTING ${rule}`,
      `ip6tables -w 10 -t raw -I PREROUTING ${rule}`,
      `iptables -w 10 -t raw -D PREROUTING ${rule}`,
      `ip6tables -w 10 -t raw -D PREROUTING ${rule}`,
    ]);
    expect(existsSync(join(vm.state, "booted")), "not again in this boot").to.equal(true);
  });

  it("a client's connections are bounded by both protocols, however often that is asked for", async () => {
    for (const most of ["1000", "0"]) {
      vm.write("log", "");
      const { code, output } = await vm.run("clients", [], {}, most);
      expect(code, output).to.equal(0);
      const rule = (bits: number) =>
        `! -i lo -p tcp -m multiport --dports 80,443 -m addrtype --dst-type LOCAL --syn -m connlimit --connlimit-above 1000 --connlimit-mask ${bits} -j DROP`;
      const told = (program: string, bits: number) => [
        `${program} -w 10 -t mangle -N ONEBOX-CLIENTS`,
        ...(most === "0" ? [] : [`${program} -w 10 -t mangle -A ONEBOX-CLIENTS ${rule(bits)}`]),
        `${program} -w 10 -t mangle -C PREROUTING -j ONEBOX-CLIENTS`,
      ];
      expect(vm.read("log").trim().split("\n")).to.deep.equal([
        ...told("iptables", 32),
        ...told("ip6tables", 64),
      ]);
    }
  });

  describe("a VM that boots", () => {
    let app: Server;
    let ready: boolean;
    const held = "base/routes/stage.hold.yml";
    beforeEach(async () => {
      ready = false;
      app = createServer((_, response) => response.writeHead(ready ? 200 : 503).end());
      await once(app.listen(0, "127.0.0.1"), "listening");
      vm.lead("route.blue");
      vm.bring("base/env/stage/releases/old", "old", (app.address() as AddressInfo).port);
      await vm.run("hold", [], {}, "on");
    });
    afterEach(() => app.close());

    it("lets visitors in once their requests wait for the app, and these go on when it answers", async () => {
      let came = false;
      const waiting = vm.run("hold", [], {}, "wait").finally(() => {
        came = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(came, "Traefik has its routes, but nobody has told it to let requests wait").to.equal(
        false,
      );
      const settling = vm.run("settle", [], { EXIT_CODE: "killed" });
      expect((await waiting).code).to.equal(0);
      expect(vm.read(held)).to.include("hold.blue");
      await vm.run("hold", [], {}, "off");
      ready = true;
      const { output } = await settling;
      expect(output).not.to.include("warning");
      expect(existsSync(join(vm.state, held))).to.equal(false);
    });

    it("has an app as long as a release has to get ready, and no longer", async () => {
      const env = "base/env/stage/releases/old/release.env";
      vm.write(env, vm.read(env).replace(/(READY_SECONDS)=.*/, "$1=0"));
      const { output } = await vm.run("settle", [], { EXIT_CODE: "killed" });
      expect(output).to.include("warning: stage's app does not answer 200 yet");
      expect(existsSync(join(vm.state, held))).to.equal(false);
    });

    it("lets them go on when what settles it was killed", async () => {
      vm.write(held, "# hold.blue\n");
      ready = true;
      await vm.run("hold", [], {}, "off");
      await vm.run("settle", ["--again"], { EXIT_CODE: "killed" });
      expect(existsSync(join(vm.state, held))).to.equal(false);
    });

    it("lets visitors in although a release has begun, which is settled when it ends", async () => {
      vm.write("unit=onebox-release-stage/busy", "");
      const waiting = vm.run("hold", [], {}, "wait");
      await vm.run("settle", [], {}, "--all");
      expect((await waiting).code).to.equal(0);
    });
  });

  it("visitors by IPv6 are let in when the rule of IPv4 is gone already", async () => {
    vm.write("programs/iptables", "#!/bin/bash\nexit 1\n"); // somebody has put back rules of his own
    const { code, output } = await vm.run("hold", [], {}, "off");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.match(/^ip6tables -w 10 -t raw -D PREROUTING /);
  });

  describe("when Docker has started,", () => {
    const began = "2\trelease\tnew\tme\t2026-01-01T00:01:00Z\n";
    beforeEach(() => {
      vm.lead("watch.green");
      vm.write("base/env/stage/holder", began);
      vm.write("stage/step", "watch");
    });

    it("what was cut short is settled under the lock of a release", async () => {
      const { code, output } = await vm.run("settle", [], {}, "--all");
      expect(code, output).to.equal(0);
      expect(vm.read("begun")).to.match(
        /--unit=onebox-release-stage .*--setenv=EXIT_CODE=killed .*settle stage$/m,
      );
      expect(vm.read("journal")).to.include("error: it was killed at step watch");
      expect(vm.read("base/routes/stage.yml")).to.include("# route.blue");
      expect(existsSync(join(vm.state, "base/env/stage/holder"))).to.equal(false);
    });

    for (const [which, state] of [
      ["that has just begun", "active"],
      ["that is settled by its own unit", "deactivating"],
    ] as const) {
      it(`nothing is touched of a release ${which}`, async () => {
        vm.write("unit=onebox-release-stage/busy", "");
        // systemd says of the second that it is not active, and of the first too, a moment before.
        const asked = vm.read("programs/systemctl");
        const said = asked.replace(/\bis-active\)/, "is-active) exit 3 ;; never)");
        expect(said).not.to.equal(asked);
        vm.write("programs/systemctl", said.replace("echo active", `echo ${state}`));
        const { code, output } = await vm.run("settle", [], {}, "--all");
        expect(code, output).to.equal(0);
        expect(vm.read("base/env/stage/holder")).to.equal(began);
        expect(vm.read("stage/step")).to.equal("watch");
        expect(vm.read("base/routes/stage.yml")).to.include("# watch.green");
        expect(vm.read("log")).to.equal("docker start onebox-traefik\n");
      });
    }

    it("a release that wants to begin waits until its environment is settled, without --wait", async () => {
      vm.bring("incoming", "next");
      vm.write("unit=onebox-release-stage/description", "Settle stage\n");
      const over = 3200; // longer than something that has just begun is waited for
      vm.write("journal", "onebox: end 0\n");
      const systemctl = vm.read("programs/systemctl");
      const noting = systemctl.replace("*Description*) ", '$&touch "$STATE/asked"; ');
      expect(noting).not.to.equal(systemctl);
      vm.write("programs/systemctl", noting);
      const waited = vm.run("operate", ["release", "--from", join(vm.state, "incoming")]);
      const asked = () => existsSync(join(vm.state, "asked"));
      expect(await poll(asked, Boolean, { within: 60_000, pause: 20 })).to.equal(true);
      await new Promise((resolve) => setTimeout(resolve, over));
      const unit = join(vm.state, "unit=onebox-release-stage");
      renameSync(unit, `${unit} that has ended`); // at once, with what it says
      const { code, output } = await waited;
      expect(code, output).to.equal(0);
      expect(output).to.include("onebox: waiting until stage is settled\n");
      expect(output.match(/waiting until/g)).to.have.length(1);
      expect(vm.read("begun")).to.match(/--unit=onebox-release-stage .*release stage$/m);
    });
  });

  it("what systemd itself gave up on settling is settled within a minute", async () => {
    vm.lead("watch.green");
    const holder = "base/env/stage/holder";
    vm.write(holder, "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("base/env/prod/holder", "2\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("unit=onebox-release-prod/busy", "");
    const { code, output } = await vm.run("reap");
    expect(code, output).to.equal(0);
    expect(vm.read("begun")).to.match(/--unit=onebox-release-stage .*settle stage --again$/m);
    expect(vm.read("begun")).not.to.include("prod");
    expect(vm.read("journal"), "as whoever followed the release hears it").to.include("serves");
    expect(vm.read("begun")).to.include("SyslogIdentifier=onebox-1 ");
  });
});
