import { expect } from "chai";
import { missingIn, type Objects } from "../../../cli/hcloud/objects.ts";
import { serverFindings } from "../../../cli/server-check/findings.ts";
import { replacementsFor } from "../../../cli/server-check/installed.ts";
import { judgeObjects, whatStops, whyUnreachable } from "../../../cli/server-check/objects.ts";
import { deedsFor } from "../../../cli/server-check/reach.ts";
import { checkConfig } from "../../../config/check.ts";
import { root } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";
import { address, firewall, key, server, volume } from "./made-up-cloud.ts";

const config = checkConfig(
  configWith({
    name: "shop",
    server: { type: "cx33", location: "fsn1", image: "docker-ce", volumeSize: 20 },
  }),
  root,
);
const all: Objects = {
  ...{ server: server(), volume: volume(), address: address() },
  ...{ firewall: firewall(), key: key() },
};
const none: Objects = {
  ...{ server: undefined, volume: undefined, address: undefined },
  ...{ firewall: undefined, key: undefined },
};

describe("what is there already", () => {
  const judge = (more: Partial<Objects>) => judgeObjects(config, { ...all, ...more }, []);

  it("is well as it was made, and when there is nothing", () => {
    expect(judge({})).to.deep.equal([]);
    expect(judgeObjects(config, none, [])).to.deep.equal([]);
  });

  it("cannot become smaller", () => {
    expect(judge({ volume: volume({ size: 21 }) })).to.deep.equal([
      "server.volumeSize: the volume has 21 GB, and a volume cannot be made smaller: put back volumeSize: 21",
    ]);
    expect(judge({ volume: volume({ size: 10 }) })).to.deep.equal([]);
  });

  it("cannot move: one line for all of it, with both ways out", () => {
    const nbg1 = { location: { name: "nbg1" } };
    const [line, ...others] = judge({ server: server(nbg1), volume: volume(nbg1) });
    expect(others).to.deep.equal([]);
    expect(line).to.match(/in nbg1 \(server, volume\) to fsn1: put back server\.location: "nbg1"/);
    expect(line).to.include("scripts/destroy.sh all --data");
    const backups = {
      local: true,
      bucket: "shop-backups",
      location: "nbg1" as const,
      keep: { days: 7, weeks: 4 },
    };
    const backedUp = judgeObjects({ ...config, backups }, { ...all, volume: volume(nbg1) }, []);
    expect(backedUp[0]).to.match(
      /to move to fsn1 with what is backed up, see docs\/emergency\.md$/,
    );
    // A volume that stayed when all else was destroyed.
    expect(judgeObjects(config, { ...none, volume: volume(nbg1) }, [])[0]).to.include("(volume)");
  });

  it("is left alone where another server has it", () => {
    expect(judge({ address: address({ assignee_id: 7 }) })[0]).to.match(
      /^the address 192\.0\.2\.4 is assigned to another server \(id 7\).*hcloud primary-ip unassign 44;/,
    );
    expect(judge({ volume: volume({ server: 7 }) })[0]).to.match(/hcloud volume detach 43;/);
  });

  it("is taken over into a state that lacks it, when its labels say that it is ours", () => {
    const places = (known: string[], objects: Objects) =>
      missingIn(known, objects, "shop").map(({ place, id, own }) => `${place} ${id} ${own}`);
    expect(places([], all)).to.deep.equal([
      "hcloud_ssh_key.deploy_key 45 true",
      "hcloud_firewall.firewall 45 true",
      "hcloud_primary_ip.ipv4 44 true",
      "hcloud_volume.data 43 true",
      "hcloud_server.server 42 true",
      "hcloud_volume_attachment.data_attachment 43 true",
    ]);
    expect(places(["hcloud_server.server", "hcloud_volume.data"], all)).to.have.length(4);
    expect(places([], { ...none, volume: volume({ server: null }) })).to.deep.equal([
      "hcloud_volume.data 43 true",
    ]);
    expect(places([], none)).to.deep.equal([]);
    const others = [{ labels: {} }, { labels: { "managed-by": "onebox", app: "blog" } }];
    for (const more of others) {
      const missing = missingIn([], { ...none, server: server(more) }, "shop");
      expect(judgeObjects(config, none, missing)[0]).to.match(
        /^name: the project has a server "shop" \(id 42\) that Onebox did not make: take another name/,
      );
    }
  });
});

describe("a server that nobody can reach", () => {
  const of = (more: object, ip: object = {}): Objects => ({
    ...{ ...all, server: server(more), address: address(ip) },
  });

  it("is started when it is off, gets its address back, and is otherwise left alone", () => {
    const lost = { assignee_id: null };
    expect(deedsFor(of({}))).to.deep.equal([]);
    expect(deedsFor(of({ status: "off" }))).to.deep.equal(["start"]);
    expect(deedsFor(of({ status: "off" }, lost))).to.deep.equal(["assign", "start"]);
    expect(deedsFor(of({}, lost))).to.deep.equal(["stop", "assign", "start"]);
    expect(deedsFor(of({ status: "migrating" }))).to.deep.equal([]);
    expect(deedsFor({ ...none, address: address(lost) })).to.deep.equal([]);
  });

  it("is named with what helps", () => {
    expect(whyUnreachable(of({}))).to.deep.equal([]);
    expect(whyUnreachable(none)[0]).to.match(/there is no server: scripts\/deploy\.sh/);
    expect(whyUnreachable(of({ status: "off" }))[0]).to.match(
      /switched off: .*deploy\.sh.* starts/,
    );
    expect(whyUnreachable(of({}, { assignee_id: 0 }))[0]).to.match(
      /192\.0\.2\.4 is assigned to no/,
    );
    expect(whyUnreachable(of({ status: "rebuilding" }))[0]).to.match(/is rebuilding: wait/);
  });

  it("is installed again as far as it lacks something", () => {
    const edge = "-replace=null_resource.edge";
    expect(replacementsFor("all")).to.deep.equal([]);
    expect(replacementsFor(undefined)).to.deep.equal([]);
    expect(replacementsFor("edge")).to.deep.equal([edge]);
    expect(replacementsFor("nothing")).to.deep.equal([
      "-replace=null_resource.first_contact",
      edge,
    ]);
  });
});

describe("what no plan shows of a server", () => {
  const found = (more: Partial<Objects>, known: string[], silence?: string) => {
    const objects = { ...all, ...more };
    const missing = missingIn(known, objects, "shop");
    const check = {
      problems: judgeObjects(config, objects, missing),
      warnings: [],
      stops: undefined,
    };
    return serverFindings({ ...check, objects, missing }, [], silence);
  };
  const known = missingIn([], all, "shop").map(({ place }) => place);

  it("is nothing when it is as it was made", () => {
    expect(found({}, known)).to.deep.equal([]);
    expect(found(none, [])).to.deep.equal([]);
  });

  it("is why it is silent, as far as the API knows, or what SSH says", () => {
    expect(found({}, known, "no route to host")).to.deep.equal(["no route to host"]);
    const off = found({ server: server({ status: "off" }) }, known, "no route to host");
    expect(off).to.have.length(1);
    expect(off[0]).to.match(/switched off/);
  });

  it("is what Terraform's state lacks, with the command that takes it over", () => {
    expect(found({}, known.slice(1))).to.deep.equal([
      "Terraform's state lacks the SSH key shop (id 45): scripts/deploy.sh stage takes it over",
    ]);
  });
});

describe("a change of the server type", () => {
  it("is announced, and nothing else is", () => {
    const larger = { ...config, server: { ...config.server, type: "cx53" } };
    expect(whatStops(config, all)).to.equal(undefined);
    expect(whatStops(larger, none)).to.equal(undefined);
    expect(whatStops(larger, all)).to.match(/from cx33 to cx53: it is switched off.*do not answer/);
  });
});
