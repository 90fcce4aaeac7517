import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { poll } from "../../cli/poll.ts";
import { inAscii } from "../../config/previews.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Docker as far as it knows the server: what it is made of and its health are in "server", its networks in "joined". */
const docker = `#!/bin/bash
case "$*" in
  "network inspect"*) echo true ;;
  "network connect"*) echo "$5" >>"$STATE/joined" ;;
  *" config --hash "*) echo "database new" ;;
  *" up "*) rm -f "$STATE/joined"; echo "new $(cat "$STATE/health")" >"$STATE/server"; grep -q " healthy" "$STATE/server" ;;
  *config-hash*) cat "$STATE/server" ;;
  *NetworkSettings*) [ -e "$STATE/server" ] && cat "$STATE/joined" 2>/dev/null | tr '\\n' ' ' ;;
esac
`;

describe("the previews' database, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    for (const slug of ["one", "two"]) vm.write(`data/previews/branches/${slug}/intent`, "");
    vm.write("base/env/preview-one/releases/next/release.env", "");
    const files = ["lib/environment", "release/prepare", "previews/previews", "previews/database"];
    vm.program("start", files, "release=next\nstart_server");
    vm.write("health", "healthy");
  });
  afterEach(() => vm.remove());

  const start = () => vm.run("start", [], { ONEBOX_INCOMING: "none" }, "preview-one");
  const joined = () =>
    existsSync(join(vm.state, "joined")) ? vm.read("joined").trim().split("\n") : [];
  const all = ["onebox-preview-one", "onebox-preview-two"];

  it("is in every preview's network when it was made anew", async () => {
    vm.write("server", "old healthy");
    vm.write("joined", "onebox-preview-one\nonebox-preview-two\n");
    const { code, output } = await start();
    expect(code, output).to.equal(0);
    expect(joined()).to.deep.equal(all);
    await start();
    expect(joined(), "not once more").to.deep.equal(all);
  });

  it("comes back to the others when who made it anew was killed, or did not see it healthy", async () => {
    vm.write("server", "new healthy"); // killed before it was in any network
    expect((await start()).code).to.equal(0);
    expect(joined()).to.deep.equal(all);
    vm.write("health", "starting");
    vm.write("server", "old healthy");
    const { code, output } = await start();
    expect(output).to.include("did not become healthy");
    expect(code).to.equal(1);
    expect(joined()).to.deep.equal(all);
  });
});

/** Docker with a preview's network that leads out, which somebody is in still. */
const busy = `#!/bin/bash
case "$*" in
  "network inspect"*) echo false ;;
  "network rm"*) echo "network has active endpoints" >&2; exit 1 ;;
  *" up "*) echo up >>"$STATE/log" ;;
esac
`;

describe("a preview's network, on the VM", () => {
  it("is not taken as it is when it leads elsewhere than the release says", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", busy);
      vm.write("base/env/preview-one/releases/next/release.env", "ONEBOX_INTERNAL=true\n");
      const files = ["lib/environment", "previews/previews", "previews/database"];
      const then = 'release=next\nmake_network || cat "$run/started"';
      vm.program("make", [...files, "previews/network"], then);
      const { output } = await vm.run("make", [], {}, "preview-one");
      expect(output).to.match(/made anew.*\nnetwork has active endpoints\n$/);
      expect(vm.read("log")).not.to.include("up\n");
    } finally {
      vm.remove();
    }
  });
});

/** Docker with a server that has the databases in "known", and an image whose commands end with "enough" only; "sql" is what was asked. */
const endless = `#!/bin/bash
case "$*" in
  *psql*) tee -a "$STATE/sql" | grep 'datname = ' | grep -qFf "$STATE/known" && echo there ;;
  *" run --rm "*) echo run >>"$STATE/log"; while [ -d "$STATE" ] && [ ! -e "$STATE/enough" ]; do sleep 0.1; done ;;
  ps*) echo some ;;
  rm*) echo "docker $*" >>"$STATE/log" ;;
esac
exit 0
`;

describe("what a preview fills its database with, on the VM,", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", endless);
    vm.write("known", "none\n");
    vm.write("sql", "");
    const files = ["lib/environment", "release/prepare", "previews/previews", "previews/database"];
    vm.program("fill", files, "release=next migrations=m; template; migrate");
    vm.program("key", files, "release=next migrations=m; template_key");
  });
  afterEach(() => vm.remove());

  function bring(preview: string, settings: string, seconds = 600): void {
    vm.write(`data/previews/branches/${preview}/intent`, "");
    vm.write(`preview-${preview}/step`, "");
    const usual = `COMPOSE_PROFILES=database\nONEBOX_MIGRATE_SECONDS=${seconds}\n`;
    vm.write(`base/env/preview-${preview}/releases/next/release.env`, `${usual}${settings}`);
    vm.write(`base/env/preview-${preview}/releases/next/environment.json`, "{}");
  }
  const fill = (preview: string) => vm.run("fill", [], {}, `preview-${preview}`);
  const templateOf = async (preview: string) =>
    `'template_${(await vm.run("key", [], {}, `preview-${preview}`)).output.trim()}'`;
  const isFree = async (lock: string) => {
    const [code] = await once(spawn("flock", ["-n", join(vm.state, lock), "true"]), "close");
    return code === 0;
  };

  for (const [what, setting, end, done] of [
    ["migrations", "ONEBOX_MIGRATE=a\n", "what fills the previews' template", false],
    ["a seed", "ONEBOX_SEED=b\n", "what fills the previews' template", false],
    ["its own migrations", "ONEBOX_MIGRATE=a\n", "the migration", true],
  ] as const) {
    it(`ends after its time, and other previews go on meanwhile: ${what}`, async () => {
      bring("one", setting, 10);
      if (done) vm.write("known", `'preview_one'\n${await templateOf("one")}\n`);
      let ended = false;
      const filling = fill("one").finally(() => {
        ended = true;
      });
      const begun = () => vm.read("log").includes("run");
      await poll(begun, (yes) => yes || ended, { within: 60_000, pause: 20 });
      const free = await isFree("previews.lock");
      expect([free, ended], ended ? (await filling).output : "").to.deep.equal([true, false]);
      const { code, output } = await filling;
      expect(code, output).to.equal(1);
      expect(output).to.include(
        `error: ${end} had not ended after 10 s (app.migrateTimeout), so it`,
      );
      expect(vm.read("log"), "what Docker runs goes on without its client").to.include("docker rm");
      expect([await isFree("previews.lock"), await isFree("templates.lock")]).to.deep.equal([
        true,
        true,
      ]);
      expect(vm.read("sql"), "no half of one is a template").not.to.include("RENAME");
    });
  }

  it("is copied from a template that there is, while another's is being filled", async () => {
    bring("two", "ONEBOX_IMAGE=two\n");
    vm.write("known", `${await templateOf("two")}\n`);
    bring("one", "ONEBOX_MIGRATE=a\nONEBOX_IMAGE=one\n");
    let ended = false;
    const filling = fill("one").finally(() => {
      ended = true;
    });
    await poll(
      () => vm.read("log").includes("run"),
      (yes) => yes || ended,
      { within: 60_000, pause: 20 },
    );
    const { code, output } = await fill("two");
    expect([code, ended], output).to.deep.equal([0, false]);
    expect(vm.read("sql")).to.include('CREATE DATABASE "preview_two" TEMPLATE');
    vm.write("enough", "");
    await filling;
  });

  it("is the same for all branches, but a fork's own, whose image may say and fill in what it likes", async () => {
    const branches = { main: "main", other: "fix/1", fork: "eve:main", forks: "eve:fix" };
    const keys: Record<string, string> = {};
    for (const [name, branch] of Object.entries(branches)) {
      bring(name, `ONEBOX_BRANCH=${inAscii(branch)}\nONEBOX_SEED=b\n`);
      keys[name] = await templateOf(name);
    }
    expect(keys.other).to.equal(keys.main);
    expect(new Set(Object.values(keys)).size).to.equal(3);
  });

  it("is dropped when it was never finished, but not while it is being filled", async () => {
    vm.write("data/previews/branches/one/intent", "expires=9999999999\n");
    vm.write("data/previews/branches/one/current", "next\n");
    const half = `tee -a "$STATE/sql" | grep -q "LIKE 'making" && echo making_half`;
    vm.write("programs/docker", `#!/bin/bash\ncase "$*" in *psql*) ${half} ;; esac\nexit 0\n`);
    const lock = join(vm.state, "templates.lock");
    const filling = spawn("flock", [lock, "sh", "-c", "echo held; read -r end"]);
    await once(filling.stdout, "data");
    await vm.run("reap");
    filling.stdin.end();
    await once(filling, "close");
    expect(vm.read("sql")).not.to.include("DROP DATABASE");
    await vm.run("reap");
    expect(vm.read("sql")).to.include("DROP DATABASE IF EXISTS making_half");
  });
});
