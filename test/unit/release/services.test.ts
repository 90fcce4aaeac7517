import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ownServices, refuseOwnServices } from "../../../cli/release/services.ts";
import { root } from "../../../config/load.ts";
import { problemsOf } from "../../support/problems.ts";

const file = "docker-compose.yml";

describe("services that a user has added", () => {
  it("are none in the compose files as shipped", () => {
    refuseOwnServices(root, [file, "host/previews/compose.yml"]);
  });

  it("are refused by name, however they are written", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-services-"));
    const shipped = readFileSync(join(root, file), "utf8");
    const more = '  redis: { image: "redis:8" }\n\n  "my worker":\n    image: busybox\n';
    writeFileSync(join(directory, file), shipped.replace("services:\n", `services:\n${more}`));
    const problems = problemsOf(() => refuseOwnServices(directory, [file]));
    rmSync(directory, { recursive: true });
    expect(problems.map((line) => line.split(":").slice(0, 2).join(":"))).to.deep.equal([
      `${file}: nothing would start the service "redis"`,
      `${file}: nothing would start the service "my worker"`,
    ]);
  });

  it("are found among compose's own marks, and behind flow style", () => {
    expect(ownServices(file, "services: { cache: {image: a}, blue: {} }\n")).to.deep.equal([
      "cache",
    ]);
    const marked =
      "services:\n  blue:\n    ports: !reset []\n    networks:\n      !override { a: }\n  mail: !override\n    image: a\n";
    expect(ownServices(file, marked)).to.deep.equal(["mail"]);
    expect(ownServices(file, "x-app: {}\n")).to.deep.equal([]);
  });

  it("cannot hide in other files", () => {
    expect(problemsOf(() => ownServices(file, "include: [more.yml]\n"))[0]).to.match(
      /^docker-compose\.yml: include names files that do not go to the VM/,
    );
  });

  it("are not guessed at in what is no compose file", () => {
    expect(problemsOf(() => ownServices(file, "services:\n  a: [\n"))[0]).to.match(
      /^docker-compose\.yml: line \d+: /,
    );
    expect(problemsOf(() => ownServices(file, "- a\n"))).to.have.length(1);
  });
});
