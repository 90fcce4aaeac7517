import { expect } from "chai";
import { readImages, runningImages } from "../../../cli/ci/running.ts";

const digest = `sha256:${"ab".repeat(32)}`;

describe("the images that run", () => {
  it("are each named once, and none that is in no registry", () => {
    const app = `ghcr.io/you/onebox@${digest}`;
    const answer = [app, "traefik:v3.7.6", app, "onebox/database:17.11-trixie", "3d59499c8fbc", ""];
    expect(runningImages(answer.join("\n"))).to.deep.equal([app, "traefik:v3.7.6"]);
  });

  it("are never an option or a command, whatever the VM says", () => {
    const odd = ["--config=/x:1", "a:$(id)", "a:1 b:2", `A@${digest}`, "file:/etc/passwd;id"];
    expect(runningImages(odd.join("\n"))).to.deep.equal([]);
    for (const text of ["", "{}", JSON.stringify(odd)])
      expect(() => readImages(text), text).to.throw("IMAGES is not what");
    expect(readImages('["traefik:v3.7.6"]')).to.deep.equal(["traefik:v3.7.6"]);
  });
});
