import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { htpasswd } from "../support/htpasswd.ts";
import { addSecrets } from "../support/secrets.ts";
import { visit } from "../support/visit.ts";
import { named } from "./names.ts";
import { scene } from "./scene.ts";

describe("previews for some people only", () => {
  const branch = "guarded";
  const enter = (login?: string) => {
    const authorization = `Basic ${Buffer.from(login ?? "").toString("base64")}`;
    return visit(scene.address, scene.hostOf(branch), "/", login ? { authorization } : {});
  };

  before(async () => {
    await scene.begin();
    const users = ["ada", "bob"].map((name) => htpasswd(name, `${name}'s word`).trim()).join(",");
    const lines = `OTHER=4$2\n  export PREVIEW_USERS = '${users}' # both`; // and no newline
    addSecrets(stage.clone, ".env.preview", lines);
    stage.clone.commit("Let Ada and Bob in");
    scene.branch(branch);
    await scene.preview("up", branch);
  });
  after(async () => {
    await scene.preview("down", branch);
    stage.clone.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("ask for a name and a password", async () => {
    expect((await enter()).status).to.equal(401);
    expect((await enter("ada:guess")).status).to.equal(401);
    expect((await enter("ada:ada's word")).status).to.equal(200);
    expect((await enter("bob:bob's word")).status).to.equal(200);
  });

  it("give the app its own secrets, and not who may visit", async () => {
    const container = `onebox-${scene.environmentOf(branch)}-blue`;
    const own = await scene.vm.run(`docker exec ${container} env`);
    expect(own).to.include("OTHER=4$2\n");
    expect(own).to.match(/^DATABASE_URL=postgres:\/\/\S+$/m);
    expect(own).not.to.include("PREVIEW_USERS");
  });
});

describe("more previews than there may be", () => {
  const config = "full.config.ts";
  const write = (previews: string) =>
    stage.clone.write(
      config,
      `import base from "./onebox.config.ts";\nexport default { ...base, previews: { ...base.previews, ${previews} } };\n`,
    );
  const [one, two] = named;

  before(async () => {
    await scene.begin();
    await scene.upNamed();
    scene.branch("one-more");
  });
  after(async () => {
    for (const branch of [...named, "one-more"]) await scene.preview("down", branch);
  });

  const third = (previews: string) => {
    write(previews);
    return stage.clone.run("preview.sh", ["up", "one-more", "--config", config]);
  };

  it("are refused with a clear line", async () => {
    const { code, output } = await third("max: 2");
    expect(code, output).to.equal(1);
    expect(output).to.match(/error: there are 2 previews, which is previews\.max; take one down/);
    expect((await scene.visit("one-more")).status).to.equal(404);
  });

  it("are refused when the VM's memory is short", async () => {
    const { code, output } = await third('memory: "64g"');
    expect(code, output).to.equal(1);
    expect(output).to.match(/error: this VM has [0-9]+ MB of memory left, another preview needs/);
  });

  it("take the oldest one's place, where the configuration says so", async () => {
    const { code, output } = await third('max: 2, full: "replace"');
    expect(code, output).to.equal(0);
    expect((await scene.visit("one-more")).status).to.equal(200);
    expect((await scene.visit(one)).status).to.equal(404);
    expect((await scene.visit(two)).status).to.equal(200);
  });
});
