import { expect } from "chai";
import { Vm } from "../support/vm.ts";
import { clone, onVm, run } from "./rehearsal.ts";

describe("SSH", () => {
  it("offers ed25519 only, with a host key made on the VM, and no passwords", async () => {
    const settings = await onVm("sshd -T");
    const keys = [...settings.matchAll(/^hostkey (.*)$/gm)].map((match) => match[1]);
    expect(keys[0]).to.equal("/etc/ssh/onebox/host_key");
    expect(keys.filter((key) => !/ed25519|onebox/.test(key ?? ""))).to.deep.equal([]);
    expect(settings).to.match(/^passwordauthentication no$/m);
    expect(settings).to.match(/^kbdinteractiveauthentication no$/m);
    expect(await onVm("ls /etc/ssh")).not.to.include("onebox-bootstrap");
  });

  it("keeps containers away from the metadata address, but not the VM itself", async () => {
    // The address next to it, which nothing blocks, shows that a container could reach it.
    const metadata = "169.254.169.254/hetzner/v1/metadata/instance-id";
    const neighbour = "169.254.169.253:8775/";
    const ask = (url: string, ms: number) =>
      `docker exec $(docker ps -q --filter label=onebox.environment=stage --filter label=onebox.service=app | head -n 1) node -e 'fetch("http://${url}", { signal: AbortSignal.timeout(${ms}) }).then(() => console.log("reached"), () => console.log("no answer"))'`;
    const answers = await onVm(`
      set -e
      ip addr add 169.254.169.253/32 dev lo
      python3 -m http.server 8775 --bind 169.254.169.253 --directory /srv >/dev/null 2>&1 & listener=$!
      trap 'kill $listener; ip addr del 169.254.169.253/32 dev lo' EXIT
      for _ in $(seq 600); do curl -s -o /dev/null ${neighbour} && break; sleep 0.1; done
      curl -s -m 60 -o /dev/null -w '%{http_code}\n' ${metadata}
      ${ask(neighbour, 60_000)}
      ${ask(metadata, 2000)}`);
    expect(answers.split("\n").slice(0, 3)).to.deep.equal(["200", "reached", "no answer"]);
  });

  describe("to a host that shows another key", () => {
    const conf = "/etc/ssh/sshd_config.d/00-onebox.conf";

    it("sends no file, no secret and no command", async () => {
      const vm = new Vm(clone.directory); // past SSH: what turns the host false can also turn it back
      // Nothing that came before counts: files and the journal tell seconds apart.
      await vm.run(`sleep 1.1; touch /run/onebox-marker; cp ${conf} /run/true.conf
        rm -f /run/false_key*; ssh-keygen -q -t ed25519 -N "" -f /run/false_key
        sed -i -e "s|^HostKey .*|HostKey /run/false_key|" -e "/^HostCertificate/d" ${conf}
        echo "LogLevel DEBUG1" >>${conf}; systemctl restart ssh`);
      try {
        clone.write(
          "docker-compose.yml",
          `${clone.git("show", "HEAD:docker-compose.yml")}\n# changed\n`,
        );
        const deploy = await run(1, "deploy.sh", ["stage"]);
        expect(deploy.output).to.include("no matching host key type found");
        // OpenSSH stopped that one; Terraform brings an SSH of its own.
        const replace = ["-auto-approve", "-no-color", "-replace=null_resource.edge"];
        const terraform = await run(1, "terraform.sh", ["server", "apply", ...replace]);
        expect(terraform.output).to.match(/knownhosts|handshake failed/);
        expect(await vm.run("find /opt/onebox /root -newer /run/onebox-marker")).to.equal("");
        const accepted = await vm.run(
          "journalctl -u ssh --since @$(stat -c %Y /run/onebox-marker) | grep -c 'Accepted publickey' || true",
        );
        expect(Number(accepted)).to.equal(0);
      } finally {
        clone.git("checkout", "--", "docker-compose.yml");
        await vm.run(`cp /run/true.conf ${conf}; systemctl restart ssh`);
      }
    });
  });
});
