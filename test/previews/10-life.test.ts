import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { slugOf } from "../../config/previews.ts";
import { stage } from "../stage/use.ts";
import { visit } from "../support/visit.ts";
import { scene } from "./scene.ts";

const branch = "feature/Käse";
const slugs = async (host: string) => {
  const { body } = await visit(scene.address, host, "/links");
  return (JSON.parse(body) as { slug: string }[]).map(({ slug }) => slug).sort();
};

describe("a preview", () => {
  let traces: string[];

  before(async () => {
    await scene.begin();
    traces = await scene.traces();
    scene.branchSaying(branch, "Cheese");
  });

  it("is up at a host of its own, with the branch's commit", async () => {
    const { output } = await scene.preview("up", branch);
    const url = `http://${scene.hostOf(branch)}`;
    expect(output).to.include(url);
    const { status, body, headers } = await scene.visit(branch);
    expect(status).to.equal(200);
    expect(body).to.include("<h1>Cheese</h1>");
    expect(headers["x-robots-tag"]).to.equal("noindex");
  });

  it("has a database of its own, seeded, that stage knows nothing of", async () => {
    const seeded = ["hetzner", "koa", "traefik"];
    expect(await slugs(scene.hostOf(branch))).to.deep.equal(seeded);
    const link = { url: "https://example.invalid/", slug: "mine" };
    const made = await visit(scene.address, scene.hostOf(branch), "/links", {}, link);
    expect(made.status, made.body).to.equal(201);
    expect(await slugs(scene.hostOf(branch))).to.deep.equal([...seeded, "mine"].sort());
    expect(await slugs(stage.host)).not.to.include("mine");
  });

  it("shows the next commit with the same data", async () => {
    scene.branchSaying(branch, "More cheese");
    await scene.preview("up", branch);
    expect((await scene.visit(branch)).body).to.include("<h1>More cheese</h1>");
    expect(await slugs(scene.hostOf(branch))).to.include("mine");
  });

  it("sleeps when nobody asks, and the next request wakes it", async () => {
    const unit = `onebox-preview-${slugOf(branch)}.service`;
    const place = `/etc/systemd/system/${unit}.d`;
    // Half an hour is long for a test: the same unit, with another time.
    await scene.vm.run(`
      mkdir -p ${place}
      exec=$(sed -n 's/^ExecStart=//p' /etc/systemd/system/${unit} | sed 's/=[0-9]*min/=2s/')
      printf '[Service]\\nExecStart=\\nExecStart=%s\\n' "$exec" >${place}/idle.conf
      systemctl daemon-reload && systemctl restart ${unit}`);
    expect((await scene.visit(branch)).status).to.equal(200);
    // What passes its visitors' bytes on.
    const rights = await scene.vm.run(
      `sed -nE 's/^(Uid|CapEff|CapBnd|NoNewPrivs):\\t([0-9a-f]+).*/\\1 \\2/p' /proc/$(systemctl show -p MainPID --value ${unit})/status`,
    );
    expect(rights).to.match(/^Uid [1-9]\d+\nCapEff 0+\nCapBnd 0+\nNoNewPrivs 1$/);
    await asleep();
    expect(await stateOf()).to.equal("asleep");
    const { status, seconds } = await scene.visit(branch);
    expect(status).to.equal(200);
    console.log(`      woke in ${seconds.toFixed(1)} s`);
    await asleep();
  });

  it("holds several first visitors up, and answers them all", async () => {
    await asleep();
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.visit(branch)));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
  });

  it("stays as it is when the next commit does not start, with one clear line", async () => {
    const { clone } = stage;
    clone.git("checkout", "--quiet", branch);
    clone.write("server/main.ts", "throw new Error('not today');\n");
    clone.commit("Break it");
    clone.git("checkout", "--quiet", "-");
    const { code, output } = await clone.run("preview.sh", ["up", branch]);
    expect(code, output).to.equal(1);
    expect(output, output).to.match(/error: the app ended by itself, with exit code 1/);
    expect((await scene.visit(branch)).body).to.include("<h1>More cheese</h1>");
  });

  it("is asleep after the VM was reset, and wakes as before", async () => {
    await scene.reset();
    await asleep();
    expect(await stateOf()).to.equal("asleep");
    const { status, body } = await scene.visit(branch);
    expect(status).to.equal(200);
    expect(body).to.include("<h1>More cheese</h1>");
    expect(await slugs(scene.hostOf(branch))).to.include("mine");
  });

  it("ends with its time, by the VM's own timer, and nothing of it is left", async () => {
    const intent = `/mnt/onebox/previews/branches/${slugOf(branch)}/intent`;
    const timer = "/etc/systemd/system/onebox-reap.timer.d";
    const works = `systemctl is-active --quiet onebox-release-preview-${slugOf(branch)} && echo yes || true`;
    // A minute is long for a test, too.
    await scene.vm.run(`
      sed -i 's/^expires=.*/expires=1/' ${intent}
      systemctl is-active -q onebox-reap.timer
      mkdir -p ${timer}
      printf '[Timer]\\nOnActiveSec=\\nOnActiveSec=1\\n' >${timer}/soon.conf
      systemctl daemon-reload && systemctl restart onebox-reap.timer`);
    try {
      const isThere = async () =>
        (await stateOf()) !== undefined || (await scene.vm.run(works)) !== "";
      for (const deadline = Date.now() + 120_000; await isThere(); await sleep(200))
        expect(Date.now()).to.be.below(deadline);
    } finally {
      await scene.vm.run(
        `rm -r ${timer}; systemctl daemon-reload; systemctl restart onebox-reap.timer`,
      );
    }
    await scene.preview("list"); // Terraform's state is the operator's
    expect(await scene.traces()).to.deep.equal(traces);
    expect((await scene.visit(branch)).status).to.equal(404);
  });

  async function stateOf(): Promise<string | undefined> {
    const rows = await scene.vm.run("/opt/onebox/bin/preview-list");
    return rows
      .split("\n")
      .map((row) => row.split("\t"))
      .find(([slug]) => slug === slugOf(branch))?.[4];
  }

  async function asleep(): Promise<void> {
    const container = `onebox-${scene.environmentOf(branch)}-blue`;
    await scene.vm.run(
      `for _ in $(seq 600); do [ "$(docker inspect -f '{{.State.Running}}' ${container})" = false ] && exit 0; sleep 0.1; done; exit 1`,
    );
  }
});
