import { expect } from "chai";
import { startBursts } from "../support/bursts.ts";
import { startCalls } from "../support/calls.ts";
import type { Target, Visits } from "../support/visits.ts";
import { Vm } from "../support/vm.ts";
import { clone, run } from "./ways.ts";

/** The stages of test/fixtures/protocols, and what the configuration says of each. */
const apps = {
  h2c: { protocol: "h2c", readiness: "/up" },
  grpc: { protocol: "h2c", readiness: "/grpc.health.v1.Health/Check" },
  idle: { protocol: "http", readiness: "/up" },
};
let editions = 0;

/** Deploys stage of "hello" with one of them, never the same release. */
async function deploy(target: keyof typeof apps): Promise<void> {
  const app = {
    ...{ context: "test/fixtures/protocols", dockerfile: "test/fixtures/protocols/Dockerfile" },
    ...{ target, args: { EDITION: String(++editions) }, port: 8080, ...apps[target], version: "" },
    ...{ ready: 60, watch: 2, drain: { streams: 10, requests: 30 }, database: false },
    ...{ secrets: [], migrate: [], migrations: "" },
  };
  const settings = JSON.stringify({ name: "hello", app, previews: { memory: "256m" } });
  const lines = [
    'import { configWith } from "./test/fixtures/valid-config.ts";',
    `export default configWith(${settings});`,
  ];
  clone.write("own.config.ts", lines.join("\n"));
  await run(0, "deploy.sh", ["stage", "--config", "own.config.ts"]);
}

/** That all were answered, by so many releases. */
function expectAll(visits: Visits, releases: number): void {
  const { sent, failures } = visits;
  const answered = Object.keys(visits.releases);
  console.log(
    `      visitors: ${sent} requests, ${failures.length} failed, ${answered.length} releases`,
  );
  expect(failures.slice(0, 20)).to.deep.equal([]);
  expect(answered, JSON.stringify(visits.releases)).to.have.length(releases);
}

/** Releases apps of other protocols over each other, under load, on the server "hello", which is there. */
export function releaseByProtocols(): void {
  let vm: Vm;
  let target: Target;
  let volumes: string;
  const countVolumes = () => vm.run("docker volume ls -q | wc -l");

  it("takes an app that speaks HTTP/2 only", async () => {
    await deploy("h2c");
    vm = new Vm(clone.directory, "hello");
    target = { address: await vm.address(), host: "stage.hello.localhost" };
  });

  it("releases a gRPC server over it and back, and no call fails", async () => {
    const stop = startCalls(target);
    await deploy("grpc");
    await deploy("h2c");
    volumes = await countVolumes();
    expectAll(await stop(), 3);
  });

  it("releases an app over it that closes connections idle for 2 s, twice, and no POST fails", async () => {
    const goOn = startBursts(target);
    await deploy("idle");
    await deploy("idle");
    expectAll(await goOn(3000), 3);
  });

  it("has no more volumes after releases of images with a VOLUME", async () => {
    expect(Number(volumes)).to.be.greaterThan(0); // of what serves and of the standby
    expect(await countVolumes()).to.equal(volumes);
  });
}
