import { expect } from "chai";
import { connecting, inContainer } from "../support/connecting.ts";
import { onVm } from "./rehearsal.ts";

/** What comes of connecting from a container's network, as a program there would. */
const from = (container: string, host: string, port: number) =>
  onVm(
    `nsenter -t $(docker inspect -f '{{.State.Pid}}' ${container}) -n timeout 3 bash -c ': </dev/tcp/${host}/${port}' 2>&1 && echo connected || true`,
  );
/** The container that visitors are led to. */
const serving = (environment: string) =>
  onVm(
    `echo onebox-${environment}-$(sed -n '1s/^# route\\.//p' /opt/onebox/routes/${environment}.yml)`,
  );
const addressIn = (container: string, network: string) =>
  onVm(
    `docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${container}`,
  );

describe("what broke into stage's app", () => {
  let app: string;
  const inside = (host: string, port: number) => onVm(inContainer(app, connecting(host, port)));
  let gateway: string;

  before(async () => {
    app = await serving("stage");
    gateway = await onVm(
      "docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' onebox-stage",
    );
  });

  it("reaches its own database, so that this test could fail", async () => {
    expect(await inside("db", 5432)).to.equal("connected");
  });

  it("reaches neither prod's app nor its database", async () => {
    const database = await addressIn("onebox-prod-database", "onebox-prod-data");
    expect(await inside(database, 5432)).to.equal("ETIMEDOUT");
    const prod = await addressIn(await serving("prod"), "onebox-prod");
    expect(await inside(prod, 3000)).to.equal("ETIMEDOUT");
    for (const name of ["onebox-prod-database", "prod-blue"])
      expect(await inside(name, 5432)).to.match(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it("does not reach the VM's metadata", async () => {
    expect(await inside("169.254.169.254", 80)).not.to.equal("connected");
  });

  it("does not reach the VM's SSH, by any of its addresses", async () => {
    const own = await onVm("ip -4 -o addr show scope global | awk '{ print $4 }' | cut -d / -f 1");
    const addresses = [gateway, ...own.split("\n")];
    expect(addresses).to.have.length.above(2);
    for (const address of addresses)
      expect(await inside(address, 22), address).to.equal("ETIMEDOUT");
  });

  it("reaches Docker's API neither by a file nor by the network", async () => {
    const sockets =
      "import { existsSync } from 'node:fs'; console.log(existsSync('/var/run/docker.sock'))";
    expect(await onVm(inContainer(app, sockets))).to.equal("false");
    for (const port of [2375, 2376]) expect(await inside(gateway, port)).not.to.equal("connected");
  });

  it("reaches Traefik, but not what steers it", async () => {
    const traefik = await addressIn("onebox-traefik", "onebox-stage");
    expect(await inside(traefik, 80)).to.equal("connected");
    expect(await inside(traefik, 8080)).to.equal("ECONNREFUSED");
  });
});

describe("the database of stage", () => {
  const database = "onebox-stage-database";

  it("is in a network with nobody but its app, which leads nowhere", async () => {
    const networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
    expect(await onVm(`docker inspect -f '${networks}' ${database}`)).to.equal("onebox-stage-data");
    const address = await addressIn(database, "onebox-stage-data");
    expect(await from(database, address, 5432)).to.equal("connected"); // so that this test could fail
    expect(await from("onebox-traefik", address, 5432)).not.to.include("connected");
    const leads = "docker network inspect -f '{{.Internal}}' onebox-stage onebox-stage-data";
    expect(await onVm(leads)).to.equal("false\ntrue");
    expect(await from(database, "192.0.2.1", 443)).not.to.include("connected");
  });

  it("has no right of root's once it runs, and can write nowhere but to its data", async () => {
    const rights = await onVm(`docker exec ${database} grep -h ^CapEff /proc/1/status`);
    expect(rights).to.match(/^CapEff:\s+0+$/);
    const limits =
      "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.PidsLimit}}";
    expect(await onVm(`docker inspect -f '${limits}' ${database}`)).to.equal("true [ALL] 512");
  });
});
