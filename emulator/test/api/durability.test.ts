import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createClient } from "../support/client.ts";
import { startCloud, temporaryDirectory } from "../support/cloud.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

async function launch(data: string) {
  const child = spawn(process.execPath, [MAIN, "--driver", "api-only", "--data", data]);
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => line.startsWith("listening at") && resolve());
  });
  const { endpoint, token } = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8"));
  return { child: child as ChildProcess, api: createClient(endpoint, token), endpoint, token };
}

describe("the state", () => {
  let data: string;
  beforeEach(() => {
    data = temporaryDirectory();
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it("is the same after a restart: ids, address, token", async () => {
    const first = await startCloud({ data });
    const body = { name: "stays", server_type: "cx23", image: "docker-ce" };
    const server = await first.api.made("/servers", body);
    await first.stop();
    const second = await startCloud({ data });
    expect(second.endpoint).to.equal(first.endpoint);
    expect(second.token).to.equal(first.token);
    expect((await second.api.get(`/servers/${server.id}`)).body.server).to.deep.equal(server);
    const next = await second.api.made("/servers", { ...body, name: "next" });
    expect(next.id).to.equal(server.id + 1);
    await second.stop();
  });

  it("holds everything that was acknowledged before a kill -9", async () => {
    const { child, api } = await launch(data);
    const acknowledged: number[] = [];
    const ends = once(child, "exit");
    try {
      for (let n = 0; ; n++) {
        if (n === 5) setTimeout(() => child.kill("SIGKILL"), 5); // while it is at work
        const answers = await Promise.all(
          [0, 1, 2, 3].map((k) => api.post("/firewalls", { name: `fw-${n}-${k}` })),
        );
        for (const { status, body } of answers) {
          if (status === 201) acknowledged.push(body.firewall.id);
        }
      }
    } catch {
      // the connection broke: it was killed
    }
    await ends;
    expect(acknowledged.length).to.be.at.least(20);
    const again = await launch(data);
    const found = await Promise.all(acknowledged.map((id) => again.api.get(`/firewalls/${id}`)));
    expect(found.filter(({ status }) => status !== 200)).to.deep.equal([]);
    const stopped = once(again.child, "exit");
    again.child.kill("SIGTERM");
    expect(await stopped).to.deep.equal([0, null]);
  });

  it("can be read by its owner only", async () => {
    const cloud = await startCloud({ data });
    await cloud.api.made("/firewalls", { name: "any" });
    await cloud.stop();
    for (const name of ["cloud.json", "state.log"]) {
      expect(statSync(join(data, name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it("is refused in one line when it is damaged, and left alone", async () => {
    writeFileSync(join(data, "state.json"), "{ damaged");
    const child = spawn(process.execPath, [MAIN, "--driver", "api-only", "--data", data]);
    let said = "";
    child.stderr.on("data", (text) => {
      said += text;
    });
    expect((await once(child, "close"))[0]).to.equal(2);
    expect(said.trim().split("\n")).to.have.length(1);
    expect(said).to.contain("state.json cannot be read");
    expect(readFileSync(join(data, "state.json"), "utf8")).to.equal("{ damaged");
  });

  for (const name of ["cloud.json", "state.log"]) {
    it(`is refused in one line when ${name} is a pipe`, () => {
      execFileSync("mkfifo", [join(data, name)]);
      const args = [MAIN, "--driver", "api-only", "--data", data];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect(status).to.equal(2);
      expect(stderr).to.match(new RegExp(`^.*${name} is not a regular file\n$`));
    });
  }

  it("belongs to one emulator at a time", async () => {
    const { child } = await launch(data);
    const second = spawn(process.execPath, [MAIN, "--driver", "api-only", "--data", data]);
    let said = "";
    second.stderr.on("data", (text) => {
      said += text;
    });
    expect((await once(second, "close"))[0]).to.equal(2);
    expect(said).to.contain("already running at");
    const ends = once(child, "exit");
    child.kill("SIGTERM");
    await ends;
  });
});
