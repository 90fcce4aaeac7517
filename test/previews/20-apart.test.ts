import { expect } from "chai";
import { slugOf } from "../../config/previews.ts";
import { stage } from "../stage/use.ts";
import { connecting, inContainer } from "../support/connecting.ts";
import { named } from "./names.ts";
import { scene } from "./scene.ts";

/** Runs JavaScript in a preview's app, as its code could, and returns what it printed. */
function inside(branch: string, script: string): Promise<string> {
  return scene.vm.run(inContainer(`onebox-${scene.environmentOf(branch)}-blue`, script));
}

/** What comes of a query with a database URL, or with the app's own and another database or password. */
const asking = (change: string) => `
  import pg from "pg";
  const url = new URL(process.env.DATABASE_URL);
  ${change}
  const client = new pg.Client(url.href);
  try {
    await client.connect();
    console.log((await client.query("SELECT count(*) FROM links")).rows[0].count);
  } catch (error) { console.log(error.code); }
  await client.end();`;

describe("a preview's app", () => {
  const [one, two] = named;
  let stageAddress: string;
  let stageDatabase: string;

  before(async () => {
    await scene.begin();
    await scene.upNamed();
    await stage.run("deploy.sh", "prod");
    const addressOf = (name: string) =>
      scene.vm.run(
        `docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ${name} | cut -d ' ' -f 1`,
      );
    stageAddress = await addressOf("onebox-stage-blue");
    stageDatabase = await addressOf("onebox-stage-database");
  });
  it("reaches its own database, so that this test could fail", async () => {
    expect(await inside(one, asking(""))).to.equal("3");
    expect(await inside(one, connecting("db", 5432, 60_000))).to.equal("connected");
  });

  it("reaches neither stage's app nor its database, by address or by name", async () => {
    for (const [host, port] of [
      [stageAddress, 3000],
      [stageDatabase, 5432],
    ] as const) {
      expect(await inside(one, connecting(host, port)), host).to.match(/^(ENETUNREACH|ETIMEDOUT)$/);
    }
    for (const name of [
      "stage-blue",
      "prod-blue",
      "onebox-stage-database",
      "onebox-prod-database",
    ]) {
      expect(await inside(one, connecting(name, 5432)), name).to.match(/^(ENOTFOUND|EAI_AGAIN)$/);
    }
  });

  it("opens no other preview's database, nor the server's own, nor the template", async () => {
    const template = await scene.vm.run(
      `docker exec onebox-previews-database psql -U app -d app -Atc "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"`,
    );
    for (const database of [
      scene.environmentOf(two).replace("-", "_"),
      "app",
      template,
      "postgres",
    ]) {
      const code = await inside(one, asking(`url.pathname = ${JSON.stringify(`/${database}`)};`));
      expect(code, database).to.equal("42501"); // may not connect
    }
    expect(await inside(one, asking(`url.username = "app"; url.password = "guess";`))).to.match(
      /^28/,
    );
  });

  it("takes no more than its part of the server's connections, whatever it tries", async () => {
    const script = `
      import pg from "pg";
      const open = async () => {
        const client = new pg.Client(process.env.DATABASE_URL);
        client.on("error", () => {});
        try { await client.connect(); return ""; } catch (error) { return error.code; }
      };
      const refused = (await Promise.all(Array.from({ length: 30 }, open))).filter(Boolean);
      console.log(refused.length >= 10, [...new Set(refused)].join());
      process.exit();`;
    expect(await inside(one, script)).to.equal("true 53300"); // too many connections for its role
    expect(await inside(two, asking(""))).to.equal("3");
  });

  it("reaches no other preview's app, past its guard or otherwise", async () => {
    const network = await scene.vm.run(
      `sed -n 's/^network=//p' /mnt/onebox/previews/branches/${slugOf(two)}/intent`,
    );
    expect(await inside(one, connecting(`${network}.2`, 3000))).to.match(
      /^(ENETUNREACH|ETIMEDOUT)$/,
    );
    expect(await inside(one, connecting(`${network}.1`, 7000))).not.to.equal("connected");
  });

  it("does not reach the VM's metadata", async () => {
    expect(await inside(one, connecting("169.254.169.254", 80))).not.to.equal("connected");
  });

  it("does not reach the VM's SSH, by any of its addresses", async () => {
    const network = await scene.vm.run(
      `sed -n 's/^network=//p' /mnt/onebox/previews/branches/${slugOf(one)}/intent`,
    );
    for (const host of [`${network}.1`, scene.address])
      expect(await inside(one, connecting(host, 22)), host).not.to.equal("connected");
  });

  it("does not reach the internet", async () => {
    const name = `onebox-${scene.environmentOf(one)}`;
    const internal = `docker network inspect -f '{{.Internal}}' ${name} onebox-previews`;
    expect(await scene.vm.run(internal)).to.equal("true\ntrue");
    expect(await scene.vm.run(internal.replace(name, "onebox-stage"))).to.equal("false\ntrue");
    const outside = await scene.vm.run("ip route show default | awk '{ print $3; exit }'");
    for (const host of [outside, "192.0.2.1"])
      expect(await inside(one, connecting(host, 443)), host).to.match(
        /^(ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)$/,
      );
  });

  it("reaches neither Docker's API nor Traefik's", async () => {
    const files =
      "import { existsSync } from 'node:fs'; console.log(existsSync('/var/run/docker.sock'));";
    expect(await inside(one, files)).to.equal("false");
    const traefik = await scene.vm.run(
      `docker inspect -f '{{(index .NetworkSettings.Networks "onebox-${scene.environmentOf(one)}").IPAddress}}' onebox-traefik`,
    );
    expect(await inside(one, connecting(traefik, 80))).to.equal("connected"); // so that this test could fail
    expect(await inside(one, connecting(traefik, 8080))).to.equal("ECONNREFUSED");
    const network = traefik.replace(/\.\d+$/, "");
    for (const port of [2375, 2376])
      expect(await inside(one, connecting(`${network}.1`, port))).not.to.equal("connected");
  });

  it("knows no secret but its own", async () => {
    const own = await inside(one, "console.log(JSON.stringify(process.env))");
    for (const environment of ["stage", "prod"]) {
      const values = await scene.vm.run(
        `cat $(ls -t /opt/onebox/env/${environment}/releases/*/environment.json | head -n 1)`,
      );
      const { services } = JSON.parse(values);
      const { POSTGRES_PASSWORD: owners } = services.database.environment;
      const { DATABASE_URL: apps } = services.blue.environment;
      for (const secret of [owners, apps, new URL(apps).password]) {
        expect(secret).to.have.length.above(20);
        expect(own).not.to.include(secret);
      }
    }
  });

  it("has limits of memory and processor, and may write nowhere but in /tmp", async () => {
    const limits = await scene.vm.run(
      `docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.ReadonlyRootfs}}' onebox-${scene.environmentOf(one)}-blue`,
    );
    expect(limits).to.equal(`${128 * 1024 * 1024} 500000000 true`);
  });
});
