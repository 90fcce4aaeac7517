// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts mean what they say
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeFiles } from "../../../cli/release/directory.ts";
import { preview, standing } from "../../../cli/release/environment.ts";
import { type Parts, renderReference, renderRelease } from "../../../cli/release/files.ts";
import { checkConfig } from "../../../config/check.ts";
import { resolveCloud } from "../../../config/cloud.ts";
import { root } from "../../../config/load.ts";
import { hostileText, seeded } from "../../fixtures/env/random.ts";
import { configWith } from "../../fixtures/valid-config.ts";

const config = checkConfig(configWith({ previews: { memory: "128m" } }), root);
const cloud = resolveCloud(config, root);
const salt = "x".repeat(32);
const digest = "0123456789abcdef".repeat(4);
const image = { image: `ghcr.io/acme/shop@sha256:${digest}`, commit: "unknown" };
const entry = (key: string, value: string) => ({ key, value, line: 1 });
const parts: Parts = {
  app: config.app,
  environment: standing(config, cloud, "stage"),
  compose: { "compose.yml": "services: {}\n" },
  variables: [entry("POSTGRES_PASSWORD", "pw")],
  login: {},
};
const by = "me@shop.test";
const render = (change: Partial<Parts> = {}) =>
  renderRelease({ ...parts, ...change }, image, { by }, salt);

describe("a release", () => {
  it("consists of these files", () => {
    expect(Object.keys(render().files)).to.have.members([
      ...["compose.yml", "environment.json", "config.json", "release.env", "routes"],
      ...["identity", "delivery.env"],
    ]);
  });

  it("is named after its image and its files, and knows its name", () => {
    const { name, files } = render();
    expect(name).to.equal(`0123456789ab-${files.identity?.slice(0, 4)}`);
    expect(files["release.env"]).to.include(`ONEBOX_RELEASE=${name}\n`);
    expect(files.routes).to.include(`"X-Onebox-Release":"${name}"`);
  });

  it("has another name when anything differs that it is made of", () => {
    const { environments } = config;
    const stage = { ...environments.stage, memory: "300m" };
    const changed = { ...config, environments: { ...environments, stage } };
    const names = [
      render(),
      render({ compose: { "compose.yml": "services: {} \n" } }),
      render({ variables: [entry("POSTGRES_PASSWORD", "other")] }),
      render({ login: { auths: {} } }),
      render({ app: { ...config.app, watch: 9 } }),
      render({ environment: standing(changed, cloud, "stage") }),
      renderRelease(parts, image, { by }, `${salt}y`),
    ].map(({ name }) => name);
    expect(new Set(names)).to.have.property("size", names.length);
  });

  it("has the same name and identity whoever delivers it, and with whatever share or image", () => {
    const plain = render();
    const canary = { share: 10, sticky: true };
    const again = renderRelease(
      parts,
      { ...image, commit: "0".repeat(40) },
      { by: "you", canary },
      salt,
    );
    expect(again.name).to.equal(plain.name);
    expect(again.files.identity).to.equal(plain.files.identity);
    expect(again.files["delivery.env"]).to.equal(
      "ONEBOX_BY=you\nONEBOX_CANARY=10\nONEBOX_CANARY_WAY=canary-sticky\n",
    );
    expect(again.files["canary-routes"]).to.match(/^canary-sticky\.blue .*"weight":10/);
    const other = { ...image, image: `ghcr.io/acme/shop@sha256:${"f".repeat(64)}` };
    const next = renderRelease(parts, other, { by }, salt);
    expect(next.name).to.equal(`ffffffffffff-${plain.name.slice(-4)}`);
    // So that host/release/webhook can make one of another by putting names and image in.
    const made = plain.files.routes?.replaceAll(plain.name, next.name);
    expect(next.files.routes).to.equal(made);
  });

  it("of a preview has its users apart, who are not the app's", () => {
    if (config.previews === undefined) throw new Error("no previews");
    const environment = preview(config, cloud, config.previews, "fix-1");
    const variables = [entry("PREVIEW_USERS", "a:$apr1$x,b:$2y$x"), entry("A", "1")];
    const { files } = renderRelease(
      { ...parts, environment, variables },
      image,
      { by, expires: 1_800_000_000 },
      salt,
    );
    expect(files.users).to.equal('a:$apr1$x","b:$2y$x');
    expect(files["environment.json"]).not.to.include("PREVIEW_USERS");
    expect(files["delivery.env"]).to.include("ONEBOX_EXPIRES=1800000000\n");
  });

  it("is referred to by its name alone", () => {
    expect(renderReference("0123456789ab-cdef", "me")).to.deep.equal({
      "release.env": "ONEBOX_RELEASE=0123456789ab-cdef\n",
      "delivery.env": "ONEBOX_BY=me\nONEBOX_CANARY=0\nONEBOX_CANARY_WAY=canary\n",
    });
  });
});

describe("a release's directory", () => {
  const place = mkdtempSync(join(tmpdir(), "onebox-release-"));
  const directory = join(place, "below/stage.x");
  after(() => rmSync(place, { recursive: true }));

  it("is its owner's alone, and holds nothing of the one before", () => {
    writeFiles(directory, { left: "over" });
    writeFiles(directory, render().files);
    expect(readdirSync(directory)).to.have.members(Object.keys(render().files));
    for (const path of [join(place, "below"), directory]) {
      expect(statSync(path).mode & 0o777).to.equal(0o700);
    }
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it("holds each value as it is, whatever it would mean to a shell, Terraform or compose", () => {
    const told = [
      "$",
      "${",
      "%{",
      "'",
      '"',
      "\n",
      "ONEBOX\n",
      "\nONEBOX\n",
      "\\",
      "$$",
      "`id`",
      "é",
    ];
    for (let seed = 1; seed <= 300; seed += 1) {
      const below = seeded(seed);
      const text = () =>
        Array.from({ length: 6 }, () =>
          below(2) < 1 ? hostileText(below, 4) : told[Math.floor(below(told.length))],
        ).join("");
      const [value, password, compose] = [text(), text(), text()];
      const { files } = render({
        compose: { "compose.yml": compose },
        variables: [entry("POSTGRES_PASSWORD", "pw"), entry("VALUE", value)],
        login: { auths: { "ghcr.io": { auth: password } } },
      });
      writeFiles(directory, files);
      const read = (name: string) => readFileSync(join(directory, name), "utf8");
      expect(read("compose.yml"), `seed ${seed}`).to.equal(compose);
      const { blue } = JSON.parse(read("environment.json")).services;
      expect(blue.environment.VALUE.replaceAll("$$", "$"), `seed ${seed}`).to.equal(value);
      expect(JSON.parse(read("config.json")).auths["ghcr.io"].auth).to.equal(password);
    }
  });
});
