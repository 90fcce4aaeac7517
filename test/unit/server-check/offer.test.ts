import { expect } from "chai";
import { readPlan } from "../../../cli/plan/changes.ts";
import { judgeOffer, type Offer } from "../../../cli/server-check/offer.ts";
import { wrongWithPlanned } from "../../../cli/server-check/planned.ts";
import { image, server, type } from "./made-up-cloud.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const until = (unavailable_after: string) => ({ unavailable_after });
const fsn1 = { name: "fsn1", available: true, deprecation: null };

const offer: Offer = {
  locations: ["fsn1", "nbg1"],
  types: [
    type("cx53", [16, 32, 320]),
    type("cx23", [2, 4, 40]),
    type("cx33", [4, 8, 80]),
    type("cx43", [8, 16, 160], { locations: [{ ...fsn1, available: false }] }),
    type("cpx32", [4, 8, 160], { locations: [{ ...fsn1, name: "nbg1" }] }),
    type("cpx11", [2, 2, 40], { deprecation: until("2026-01-01T00:00:00Z") }),
    type("ccx13", [2, 8, 80], {
      locations: [{ ...fsn1, deprecation: until("2026-09-01T00:00:00+00:00") }],
    }),
    type("cax21", [4, 8, 80]),
  ],
  images: [
    ...[image("docker-ce"), image("docker-ce", "arm"), image("ubuntu-24.04"), image(null)],
    ...[image("old", "x86", "2026-01-01T00:00:00Z"), image("going", "x86", "2026-05-01T00:00:00Z")],
  ],
};
const wanted = { type: "cx23", location: "fsn1", image: "docker-ce" };

describe("a server that is to be ordered", () => {
  const judge = (more: Partial<typeof wanted>) =>
    judgeOffer({ ...wanted, ...more }, offer, undefined, now);

  it("can be, when Hetzner offers it there", () => {
    expect(judge({})).to.deep.equal({ problems: [], warnings: [] });
    expect(judge({ type: "cax21" })).to.deep.equal({ problems: [], warnings: [] });
  });

  const refused: [string, Parameters<typeof judge>[0], RegExp][] = [
    [
      "a type that does not exist",
      { type: "cx999" },
      /no server type "cx999"; in fsn1 there are: /,
    ],
    ["one of another location", { type: "cpx32" }, /cpx32 is not offered in fsn1; in fsn1 there/],
    ["one that is sold out", { type: "cx43" }, /cx43 is sold out in fsn1 at the moment; in fsn1/],
    ["one that is gone", { type: "cpx11" }, /cpx11 can no longer be ordered in fsn1; in fsn1/],
    ["a location that does not exist", { location: "xyz1" }, /"xyz1"; it has fsn1, nbg1$/],
    [
      "a location where nothing is",
      { location: "nbg1" },
      /is not offered in nbg1; in nbg1 .*cpx32/,
    ],
    ["an image that does not exist", { image: "nope" }, /no image "nope" for x86; .* docker-ce, u/],
    ["an image of another architecture", { type: "cax21", image: "ubuntu-24.04" }, /for arm; .* d/],
    [
      "an image that is gone",
      { image: "old" },
      /old can no longer be ordered; there are: docker-ce/,
    ],
  ];
  for (const [what, more, line] of refused) {
    it(`is refused in one line with the fix: ${what}`, () => {
      const { problems } = judge(more);
      expect(problems).to.have.length(1);
      expect(problems[0])
        .to.match(/^server\.(type|location|image): [^\n]+$/)
        .and.match(line);
    });
  }

  it("is offered nothing that cannot be had, the smallest first", () => {
    expect(judge({ type: "cx999" }).problems[0]?.split(": ").at(-1)).to.equal(
      "cx23 (2 cores, 4 GB), ccx13 (2 cores, 8 GB), cx33 (4 cores, 8 GB), cx53 (16 cores, 32 GB)",
    );
  });

  it("names where else its type is, when nothing fits here", () => {
    const [arm] = offer.types.slice(-1);
    const only = { ...offer, types: [{ ...arm, locations: [fsn1] } as (typeof offer.types)[0]] };
    const found = judgeOffer({ ...wanted, type: "cax21", location: "nbg1" }, only, undefined, now);
    expect(found.problems[0]).to.match(/it can be ordered in: fsn1 \(server\.location\)$/);
  });

  it("is warned about what will go", () => {
    expect(judge({ type: "ccx13" })).to.deep.equal({
      problems: [],
      warnings: ["server.type: ccx13 can be ordered until 2026-09-01 only; a server of it goes on"],
    });
    expect(judge({ image: "going" }).warnings[0]).to.match(/withdraw going; there are: docker-ce/);
  });
});

describe("another type for a server that is there", () => {
  const judge = (type: string, more: object = {}, image = "docker-ce") =>
    judgeOffer({ ...wanted, type, image }, offer, server(more), now);

  it("can be had when it has the architecture, and a disk that is no smaller", () => {
    expect(judge("cx53").problems).to.deep.equal([]);
    expect(judge("cx23").problems[0]).to.match(
      /^server\.type: cx23 has a disk of 40 GB, the server's has 80 GB and cannot shrink; in fsn1 there are: ccx13 .*, cx53 \(16 cores, 320? GB\)$/,
    );
    expect(judge("cax21").problems[0]).to.match(/cax21 is arm, the server is x86, and stays/);
    expect(judge("cx43").problems[0]).to.match(/sold out/);
  });

  it("is not asked for when it is of that type already, whatever is offered now", () => {
    const gone = { name: "cpx11", architecture: "x86" };
    expect(judge("cpx11", { server_type: gone }).problems).to.deep.equal([]);
    expect(judge("cpx11", { server_type: gone, image: null }).problems).to.deep.equal([]);
  });

  it("must be there to be ordered when another image replaces the server", () => {
    const gone = { name: "cpx11", architecture: "x86" };
    expect(judge("cpx11", { server_type: gone }, "ubuntu-24.04").problems[0]).to.match(/no longer/);
    expect(judge("cx33", {}, "nope").problems[0]).to.match(/no image "nope"/);
    expect(judge("cx23", {}, "ubuntu-24.04").problems).to.deep.equal([]);
  });
});

describe("a server in a plan of Terraform's", () => {
  const values = {
    server_type: "cx33",
    location: "fsn1",
    image: "docker-ce",
    primary_disk_size: 80,
  };
  const plan = (before: object | null, after: object | null) =>
    readPlan(
      "server",
      JSON.stringify({
        resource_changes: [
          {
            ...{ address: "hcloud_server.server", type: "hcloud_server", mode: "managed" },
            change: { actions: ["update"], before, after },
          },
        ],
      }),
    );
  const judge = (before: object | null, more: object | null) =>
    wrongWithPlanned([plan(before, more && { ...values, ...more })], offer);

  it("is judged by the same rules", () => {
    expect(judge(values, { server_type: "cx53" })).to.deep.equal([]);
    expect(judge(values, null)).to.deep.equal([]);
    expect(judge(values, { server_type: "cx999" })[0]).to.match(/no server type "cx999"; in fsn1/);
    expect(judge(values, { server_type: "cx23" })[0]).to.match(/cannot shrink/);
    expect(judge(values, { server_type: "cax21" })[0]).to.match(/is arm, the server is x86/);
    expect(judge(null, { image: "nope" })[0]).to.match(/no image "nope" for x86/);
  });
});
