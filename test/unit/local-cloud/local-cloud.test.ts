import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { needLinux, refuseCommand } from "../../../cli/commands/cloud.ts";
import { FailedError } from "../../../cli/errors.ts";
import { apiAnswers, isEmulator } from "../../../cli/local-cloud/emulator.ts";
import { readLocalCloud } from "../../../cli/local-cloud/identity.ts";
import { mendIdentity, UNKNOWN } from "../../../cli/local-cloud/legible.ts";
import {
  allMirrored,
  mirroredImages,
  registryImageName,
} from "../../../cli/local-cloud/registry.ts";
import { root } from "../../../config/load.ts";

const cloud = {
  id: "abc123",
  driver: "docker" as const,
  endpoint: "",
  token: "secret",
  registry: null,
  pid: null,
};

/** A server on this computer that answers 200 where `fits` says so; returns where it is. */
async function serve(
  fits: (path: string, headers: Record<string, unknown>) => boolean,
): Promise<{ server: Server; address: string }> {
  const server = createServer(({ url = "", headers }, response) => {
    response.writeHead(fits(url, headers) ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("the local cloud", () => {
  let place: string;
  const servers: Server[] = [];
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-cloud-"));
  });
  afterEach(() => {
    rmSync(place, { recursive: true });
    for (const server of servers.splice(0)) server.close();
  });

  it("is unknown before its first start, and then what cloud.json says", () => {
    expect(readLocalCloud(place)).to.equal(undefined);
    mkdirSync(join(place, ".onebox/cloud"), { recursive: true });
    writeFileSync(join(place, ".onebox/cloud/cloud.json"), JSON.stringify({ ...cloud, dns: "x" }));
    expect(readLocalCloud(place)).to.deep.equal(cloud);
  });

  const legible: [string, string, string | null][] = [
    ["half of it", '{\n  "id": "abc123",\n  "driver": "qemu",\n  "endp', null],
    [
      "a value of another type",
      '{"id":"abc123","registry":"127.77.7.1:5000","pid":"x"}',
      "127.77.7.1:5000",
    ],
    ["nothing", "\0\0\0", null],
    ["half an id", '{\n  "id": "abc', null],
    ["an id that is none", '{"id": "abc123*", "registry": "ghcr.io"}', null],
  ];
  for (const [what, text, registry] of legible) {
    it(`can be removed when its file holds ${what}`, async () => {
      const file = join(place, ".onebox/cloud/cloud.json");
      mkdirSync(join(place, ".onebox/cloud"), { recursive: true });
      writeFileSync(file, text);
      const id = text.includes('"abc123"') ? "abc123" : UNKNOWN;
      expect(await mendIdentity(place)).to.equal(id);
      expect(readLocalCloud(place)).to.include({ id, registry, pid: null });
    });
  }

  it("whose file is a pipe is named, with what helps, and can be removed", async () => {
    const file = join(place, ".onebox/cloud/cloud.json");
    mkdirSync(join(place, ".onebox/cloud"), { recursive: true });
    execFileSync("mkfifo", [file]);
    expect(() => readLocalCloud(place))
      .to.throw(FailedError, /cloud\.json is not a regular file/)
      .with.property("next")
      .that.matches(/^scripts\/cloud\.sh reset, /);
    expect(await mendIdentity(place)).to.equal(UNKNOWN);
    expect(readLocalCloud(place)).to.include({ id: UNKNOWN, pid: null });
  });

  it("that says it no more is named, with what helps", () => {
    mkdirSync(join(place, ".onebox/cloud"), { recursive: true });
    writeFileSync(join(place, ".onebox/cloud/cloud.json"), '{ "id": "abc');
    expect(() => readLocalCloud(place))
      .to.throw(FailedError, /cloud\.json cannot be read: it is not JSON/)
      .with.property("next")
      .that.matches(/^scripts\/cloud\.sh reset, /);
  });

  it("runs when the API takes its own token, and no other", async () => {
    const { server, address } = await serve(
      (path, { authorization }) => path === "/v1/locations" && authorization === "Bearer secret",
    );
    servers.push(server);
    const endpoint = `http://${address}/v1`;
    expect(await apiAnswers({ ...cloud, endpoint })).to.equal(true);
    expect(await apiAnswers({ ...cloud, endpoint, token: "other" })).to.equal(false);
    expect(await apiAnswers({ ...cloud, endpoint: "http://127.0.0.1:9/v1" })).to.equal(false);
    expect(await apiAnswers(cloud)).to.equal(false);
  });

  it("has what its servers pull when the registry has all of it", async () => {
    const wanted = mirroredImages(root).map((image) => {
      const [name, tag] = image.split(":");
      return `/v2/library/${name}/manifests/${tag}`;
    });
    expect(wanted).to.have.length(2);
    const there = new Set(wanted);
    const { server, address } = await serve((path) => there.has(path));
    servers.push(server);
    expect(await allMirrored({ ...cloud, registry: address }, root)).to.equal(true);
    there.delete(wanted[1] ?? "");
    expect(await allMirrored({ ...cloud, registry: address }, root)).to.equal(false);
    expect(await allMirrored(cloud, root)).to.equal(true); // without machines there is none
  });

  it("names its registry's image after what is in it", () => {
    const name = registryImageName([Buffer.from("a"), Buffer.from("b")], ["sha256:1", "sha256:2"]);
    // printf 'absha256:1\nsha256:2\n' | sha256sum | cut -c 1-12
    expect(name).to.equal("onebox/registry:a65ae7168c38");
    expect(registryImageName([Buffer.from("a")], ["sha256:1"])).to.not.equal(name);
  });

  it("knows its process by where its data are", () => {
    const directory = "/a clone/.onebox/cloud";
    expect(isEmulator(["node", "main.ts", "--data", directory, ""], directory)).to.equal(true);
    expect(isEmulator(["node", "main.ts", "--data", `${directory}2`], directory)).to.equal(false);
    expect(isEmulator(["vi", directory], directory)).to.equal(false);
    expect(isEmulator([], directory)).to.equal(false);
  });

  it("is for Linux", () => {
    expect(() => needLinux("linux")).not.to.throw();
    expect(() => needLinux("darwin")).to.throw(/runs on Linux only; cloud: "hetzner"/);
  });

  it("names the commands that there are", () => {
    const known = ["start", "stop"];
    expect(refuseCommand(undefined, known).message).to.equal("which command? start, stop (--help)");
    expect(refuseCommand("strat", known).message).to.equal(
      'unknown: "strat"; did you mean start? (--help)',
    );
    expect(refuseCommand("fly", known).message).to.equal('unknown: "fly" (--help)');
  });
});
