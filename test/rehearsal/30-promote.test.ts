import { expect } from "chai";
import { part } from "./parts.ts";
import { changeHeading, clone, containers, request, run, serving } from "./rehearsal.ts";

describe("a commit that changes a text", () => {
  const text = "Shorten it, in the rehearsal";

  it("is on stage after deploy.sh stage, and not on prod", async () => {
    changeHeading(text);
    const prod = await containers("prod");
    await run(0, "deploy.sh", ["stage"]);
    expect((await request("stage", "/")).body).to.include(text);
    expect((await request("prod", "/")).body).not.to.include(text);
    expect(await containers("prod")).to.equal(prod);
  });

  it("is promoted to prod by its digest, with the data still there", async () => {
    await run(0, "deploy.sh", ["prod"]);
    const [stage, prod] = [await serving("stage"), await serving("prod")];
    expect(prod.digest).to.equal(stage.digest);
    expect(prod.commit).to.equal(clone.git("rev-parse", "HEAD"));
    expect((await request("prod", "/")).body).to.include(text);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
  });

  part("image before").it("can be taken back by naming the image before", async () => {
    const { digest: now } = await serving("stage");
    const before = clone.git("rev-parse", "HEAD~1");
    const { image } = await serving("stage");
    const repository = image.split("@")[0];
    await run(0, "deploy.sh", ["stage", "--image", `${repository}:${before}`]);
    expect((await request("stage", "/")).body).not.to.include(text);
    await run(0, "deploy.sh", ["stage"]);
    expect((await serving("stage")).digest).to.equal(now);
  });
});
