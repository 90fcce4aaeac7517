import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { provideBase } from "../apps/bases.ts";
import { basesOf, blocks, fixtureOf, kinds } from "../apps/page.ts";
import { curlLine } from "../support/operator.ts";
import { drawn } from "../support/sample.ts";
import { useOtherKeys } from "../support/secrets.ts";
import { releaseByProtocols } from "./protocols.ts";
import { clone, run } from "./ways.ts";

describe("another app, in another language, without a database", () => {
  const config = ["--config", "test/fixtures/other-app/onebox.config.ts"];

  /** Has all files of the commit again. */
  const restore = () => {
    clone.git("checkout", "--", ".");
    clone.stampPackages();
  };

  before(() => {
    useOtherKeys(clone);
    rmSync(join(clone.directory, "server"), { recursive: true });
    clone.stampPackages();
  });
  after(() => {
    restore();
    for (const made of ["app", "own.config.ts"]) {
      rmSync(join(clone.directory, made), { recursive: true, force: true });
    }
  });

  it("deploys by configuration alone, on a server of its own, with server/ gone", async () => {
    for (const environment of ["stage", "prod"]) {
      const { output } = await run(0, "deploy.sh", [environment, ...config]);
      const answer = execFileSync("bash", ["-c", curlLine(output)], { stdio: "pipe" }).toString();
      expect(answer).to.match(
        new RegExp(`^hello from perl in ${environment}, release [0-9a-f]{12}-[0-9a-f]{4}\n$`),
      );
    }
  });

  const chosen = drawn("ONEBOX_APPS", kinds);
  for (const kind of chosen) {
    it(`makes room for a ${kind} app, as docs/your-app.md configures it`, async () => {
      rmSync(join(clone.directory, "app"), { recursive: true, force: true });
      cpSync(fixtureOf(kind), join(clone.directory, "app"), { recursive: true });
      for (const base of basesOf(kind)) provideBase(base);
      const lines = [
        'import { configWith } from "./test/fixtures/valid-config.ts";',
        `export default configWith({ name: "hello",\n${blocks("ts").join("")}});`,
      ];
      clone.write("own.config.ts", lines.join("\n"));
      const { output } = await run(0, "deploy.sh", ["stage", "--config", "own.config.ts"]);
      const page = curlLine(output).replace("/up", "/");
      const answer = execFileSync("bash", ["-c", page], { stdio: "pipe" }).toString();
      expect(answer).to.include(`hello from ${kind}`);
    });
  }

  if (chosen.length === kinds.length) releaseByProtocols(); // it takes minutes

  it("is taken down without touching the first one", async () => {
    await run(0, "destroy.sh", ["all", "--data", "--yes", ...config]);
    restore();
    const { output } = await run(0, "status.sh", []);
    expect(output).to.match(/^stage .* healthy/m);
  });
});
