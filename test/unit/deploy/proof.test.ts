import { expect } from "chai";
import { orderOf } from "../../../cli/deploy/options.ts";
import { needProof, refusePreviewsImage } from "../../../cli/deploy/proof.ts";
import { RefusedError } from "../../../cli/errors.ts";
import type { History } from "../../../cli/vm/answers.ts";

const repository = "ghcr.io/acme/shop";
const image = (digit: string) => ({ reference: `${repository}@sha256:${digit.repeat(64)}` });

/** A VM whose stage has had these. */
const vm = (...records: Partial<History>[]) => ({
  history: async (environment: string) => (environment === "stage" ? (records as History[]) : []),
});
const record = (digit: string, result = "served", action = "release") => ({
  ...{ image: image(digit).reference, result, action },
});

/** The message with which it is refused; "taken" otherwise. */
async function attempt(digit: string, ...records: Partial<History>[]): Promise<string> {
  try {
    await needProof(vm(...records), image(digit));
    return "taken";
  } catch (error) {
    expect(error).to.be.instanceOf(RefusedError);
    return (error as Error).message;
  }
}

describe("what prod takes", () => {
  it("is a digest that stage has served, whatever else it has had", async () => {
    expect(await attempt("a", record("b"), record("a"), record("c"))).to.equal("taken");
  });

  it("is nothing that was pushed past stage, failed there, or got a part of its visitors only", async () => {
    const refused = /^stage has never served sha256:aaaaaaaaaaaa, .*--force-unproven/;
    expect(await attempt("a")).to.match(refused);
    expect(await attempt("a", record("b"))).to.match(refused);
    expect(await attempt("a", record("a", "failed"))).to.match(refused);
    expect(await attempt("a", record("a", "killed"))).to.match(refused);
    expect(await attempt("a", record("a", "served", "canary"))).to.match(refused);
    const none = await needProof(undefined, image("a")).catch((error: Error) => error.message);
    expect(none).to.match(refused);
  });

  it("is another one only where that is said, and by name", () => {
    const reference = image("a").reference;
    expect(orderOf("prod", { image: reference, forceUnproven: true }).unproven).to.equal(true);
    expect(orderOf("prod", { image: reference }).unproven).to.equal(false);
    for (const environment of ["stage", "prod"] as const) {
      expect(() => orderOf(environment, { forceUnproven: true })).to.throw(
        RefusedError,
        "--force-unproven belongs to --image",
      );
    }
  });

  it("is never an image of previews and branches, and neither does stage take one", () => {
    const previews = `${repository}-previews`;
    for (const reference of [
      `${previews}:main`,
      `${previews}@sha256:${"a".repeat(64)}`,
      `${previews}:1@sha256:${"a".repeat(64)}`,
    ]) {
      expect(() => refusePreviewsImage(reference, repository), reference).to.throw(
        RefusedError,
        "which stage and prod do not take",
      );
    }
    for (const reference of [`${repository}:main`, "ghcr.io/acme/shop-previews-not:1"]) {
      refusePreviewsImage(reference, repository);
    }
    expect(() =>
      refusePreviewsImage("index.docker.io/acme/shop-previews:1", "docker.io/acme/shop"),
    ).to.throw(RefusedError);
  });
});
