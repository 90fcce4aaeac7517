import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { curlLine } from "../support/operator.ts";
import { clone, containers, onVm, request, run, serving } from "./rehearsal.ts";

describe("deploy from a fresh clone", () => {
  it("stage: ends with a curl line that answers with this commit", async () => {
    const { output } = await run(0, "deploy.sh", ["stage"]);
    const answer = execFileSync("bash", ["-c", curlLine(output)], { stdio: "pipe" }).toString();
    expect(JSON.parse(answer)).to.include({
      environment: "stage",
      commit: clone.git("rev-parse", "HEAD"),
      release: (await serving("stage")).release,
    });
  });

  it("prod: the same VM and digest, another host; stage's containers are not touched", async () => {
    const before = await containers("stage");
    await run(0, "deploy.sh", ["prod"]);
    expect(await containers("stage")).to.equal(before);
    const [stage, prod] = [await serving("stage"), await serving("prod")];
    expect(prod.address).to.equal(stage.address);
    expect(prod.digest).to.equal(stage.digest);
    const { body } = await request("prod", "/version");
    expect(JSON.parse(body)).to.include({ environment: "prod" });
  });

  it("has what the app's children leave behind ended", async () => {
    const left = await onVm(
      "docker exec onebox-stage-blue sh -c '(sleep 0.1 &)' && sleep 1 && docker top onebox-stage-blue -eo pid,stat",
    );
    expect(left).to.match(/^ *\d+ +S/m);
    expect(left).not.to.match(/^ *\d+ +Z/m);
  });

  it("keeps the databases apart", async () => {
    const link = { url: "https://example.com/only-on-prod", slug: "only-on-prod" };
    const made = await request("prod", "/links", { json: link });
    expect(made.status, made.body).to.equal(201);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
    expect((await request("stage", "/only-on-prod")).status).to.equal(404);
  });

  it("answers 404 for a host that is nobody's", async () => {
    const { status: code } = await request("stage", "/", { host: "nobody.test" });
    expect(code).to.equal(404);
  });
});
