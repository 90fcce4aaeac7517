import { expect } from "chai";
import { type Environment, preview, standing } from "../../../cli/release/environment.ts";
import { renderLines, renderReleaseEnv } from "../../../cli/release/release-env.ts";
import { checkConfig } from "../../../config/check.ts";
import { resolveCloud } from "../../../config/cloud.ts";
import { root } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";
import wildcard from "../../fixtures/wildcard.config.ts";

describe("release.env", () => {
  const config = checkConfig(configWith({ previews: { memory: "128m" } }), root);
  const cloud = resolveCloud(config, root);
  const name = {
    image: `ghcr.io/acme/shop@sha256:${"0".repeat(64)}`,
    release: "0123456789ab-cdef",
    commit: "unknown",
  };

  it("names the project, the release and the migration", () => {
    const app = {
      ...config.app,
      ...{ database: false, migrate: ["node", "migrate.ts"], migrateTimeout: 60 },
    };
    const text = renderReleaseEnv(app, standing(config, cloud, "prod"), name);
    expect(text).to.include("COMPOSE_PROJECT_NAME=onebox-prod\nCOMPOSE_PROFILES=\n");
    expect(text).to.include(`ONEBOX_IMAGE=${name.image}\nONEBOX_RELEASE=0123456789ab-cdef\n`);
    expect(text).to.include("ONEBOX_MIGRATE=node migrate.ts\nONEBOX_MIGRATE_SECONDS=60\n");
    expect(text).to.include("ONEBOX_STREAMS_SECONDS=10\n");
  });

  /** Docker's CPU shares and the kernel's score of memory. */
  const weightsOf = (environment: Environment) => {
    const text = renderReleaseEnv(config.app, environment, name);
    const [, shares, score] = /^ONEBOX_CPU_SHARES=(\d+)\nONEBOX_OOM_SCORE=(\d+)$/m.exec(text) ?? [];
    return { shares: Number(shares) || 1024, score: Number(score) }; // 0 is Docker's default
  };
  const previewOf = (max: number) => {
    const { previews } = checkConfig(configWith({ previews: { memory: "128m", max } }), root);
    if (previews === undefined) throw new Error("no previews");
    return weightsOf(preview(config, cloud, previews, "x"));
  };

  it("gives prod more of the memory than stage, and stage more than a preview", () => {
    const [prod, stage] = (["prod", "stage"] as const).map((one) =>
      weightsOf(standing(config, cloud, one)),
    );
    expect(prod?.score).to.be.lessThan(stage?.score ?? 0);
    expect(stage?.score).to.be.lessThan(previewOf(1).score);
  });

  it("gives prod more of the processors than stage, and stage more than all previews together", () => {
    const [prod, stage] = (["prod", "stage"] as const).map((one) =>
      weightsOf(standing(config, cloud, one)),
    );
    expect(prod?.shares).to.be.greaterThan(stage?.shares ?? 0);
    for (const max of [1, 2, 10, 30, 250])
      expect(max * previewOf(max).shares, `${max}`).to.be.lessThan(stage?.shares ?? 0);
  });

  it("names a preview's branch, whatever it is called", () => {
    if (config.previews === undefined) throw new Error("no previews");
    const branch = 'x; rm -rf / "$(id)" {{ env }} Ü\n';
    const text = renderReleaseEnv(
      config.app,
      preview(config, cloud, config.previews, branch),
      name,
    );
    const [, encoded = ""] = /^ONEBOX_BRANCH=(.*)$/m.exec(text) ?? [];
    expect(decodeURIComponent(encoded)).to.equal(branch);
    expect(text).to.match(/^ONEBOX_ENVIRONMENT=preview-x-rm-rf-/m);
    expect(text).to.include("ONEBOX_MEMORY=128m\nONEBOX_STANDBY=false\n");
  });

  it("has a preview's route without a certificate of its own where all have one", () => {
    const certified = checkConfig(wildcard, root);
    if (certified.previews === undefined) throw new Error("no previews");
    const { routes, host } = preview(certified, cloud, certified.previews, "fix-1");
    expect(host).to.match(/^fix-1\.stage\./);
    expect(routes("r")).to.include("HostRegexp(`^fix-1[.]stage[.]");
  });

  it("holds no value that compose and host/ would read differently", () => {
    for (const value of ["a\nB=1", "'a'", '"', "$x", "`id`", "\\", "a #b", "#", " a", "a ", "\t"]) {
      expect(() => renderLines({ KEY: value }), JSON.stringify(value)).to.throw(/^KEY cannot be/);
    }
    expect(renderLines({ KEY: "", MORE: "a#b {c} %d" })).to.equal("KEY=\nMORE=a#b {c} %d\n");
  });
});
