import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

const file = join(root, "server/Dockerfile");

const there = existsSync(file);
if (!there) it("the app's Dockerfile: not here, because another app has one as it likes", () => {});

(there ? describe : () => {})("the app's Dockerfile", () => {
  const lines = readFileSync(file, "utf8").split("\n");
  const stages = lines.filter((line) => line.startsWith("FROM "));
  const last = lines.slice(lines.lastIndexOf(stages.at(-1) ?? ""));

  it("installs on the builder's platform and only copies into the last stage: no emulator is needed", () => {
    expect(stages).to.have.length(2);
    expect(stages[0]).to.match(/^FROM --platform=\$BUILDPLATFORM /);
    expect(last.filter((line) => /^(RUN|ADD)\b/.test(line))).to.deep.equal([]);
  });

  it("does not run as root, and changes with the commit in its last lines only", () => {
    expect(last).to.include("USER node");
    const commit = last.findIndex((line) => line.startsWith("ARG COMMIT"));
    expect(last.slice(commit).filter((line) => /^(COPY|WORKDIR)\b/.test(line))).to.deep.equal([]);
  });
});
