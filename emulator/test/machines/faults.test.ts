import { expect } from "chai";
import { docker, type Hosts, speaks, startHosts, until } from "../support/hosts.ts";

describe("servers that someone wished not to come up", () => {
  let hosts: Hosts;
  before(async () => {
    hosts = await startHosts();
  });
  after(() => hosts.remove());

  const wish = (kind: string, resource: string) =>
    hosts.control("POST", "/faults", { kind, resource });
  const make = async (name: string) => {
    const server = { name, server_type: "cx23", image: "docker-ce", location: "fsn1" };
    const body = { ...server, ssh_keys: [hosts.key.id], user_data: hosts.hostKey };
    const made = await hosts.api.made("/servers", body);
    expect(made.status).to.equal("running");
    return { id: made.id as number, address: made.public_net.ipv4.ip as string };
  };

  it("never boot, whatever the API says, until they are switched off and on", async () => {
    await wish("never_boots", "silent");
    const { id, address } = await make("silent");
    const state = () =>
      docker("inspect", "--format", "{{.State.Running}}", hosts.container({ id }));
    expect(state()).to.equal("false");
    expect(await speaks(address)).to.equal(false);
    await hosts.act({ id }, "poweroff");
    await hosts.act({ id }, "poweron");
    await hosts.ssh(address).ready();
  });

  it("boot without SSH, until they are reset", async () => {
    await wish("no_ssh", "deaf");
    const { id, address } = await make("deaf");
    const inside = (...command: string[]) => docker("exec", hosts.container({ id }), ...command);
    await until("the server is up", async () => {
      try {
        return inside("systemctl", "is-active", "docker.service") === "active";
      } catch {
        return false; // not yet
      }
    });
    expect(await speaks(address)).to.equal(false);
    await hosts.act({ id }, "reset");
    await hosts.ssh(address).ready();
  });
});
