import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { differences, synthesise, terraform } from "../support/synthesise.ts";

interface Synthesised {
  output?: object;
  resource: Record<string, Record<string, Record<string, unknown>>>;
}

describe("the stacks", () => {
  let local: string;
  let hetzner: string;
  const load = (directory: string, stack: string) =>
    JSON.parse(
      readFileSync(join(directory, "stacks", stack, "cdk.tf.json"), "utf8"),
    ) as Synthesised;

  before(() => {
    local = synthesise("test/fixtures/shipped.config.ts");
    hetzner = synthesise("test/fixtures/hetzner.config.ts");
  });

  it("differ between the clouds only in endpoint, state and domain", () => {
    const found = ["server", "stage", "prod"].flatMap((stack) =>
      differences(load(local, stack), load(hetzner, stack)).map((path) => `${stack}: ${path}`),
    );
    const allowed =
      /: (provider\.hcloud\.0\.endpoint|terraform\.backend\..*|\/\/\.metadata\.(backend|overrides)|data\.terraform_remote_state\.[^.]*\.(backend|config\..*)|resource\.null_resource\.edge\.(triggers\.brought|provisioner\.3\.file\.content))$/;
    expect(found.filter((path) => !allowed.test(path))).to.deep.equal([]);
    expect(found).to.include("server: provider.hcloud.0.endpoint");
  });

  for (const stack of ["server", "stage", "prod"]) {
    it(`${stack}: is valid Terraform for Hetzner, with no cloud at hand`, () => {
      const directory = join(hetzner, "stacks", stack);
      terraform(directory, "init", "-backend=false", "-no-color");
      expect(terraform(directory, "validate", "-no-color")).to.include(
        "The configuration is valid",
      );
    });
  }

  it("open ports 22, 80, 443 and ICMP, nothing else", () => {
    const wall = load(local, "server").resource.hcloud_firewall?.firewall as {
      rule: { direction: string; protocol: string; port?: string }[];
    };
    expect(
      wall.rule.map((rule) => `${rule.direction} ${rule.protocol} ${rule.port ?? "-"}`),
    ).to.deep.equal(["in tcp 22", "in tcp 80", "in tcp 443", "in icmp -"]);
  });

  it("have a new VM pull by itself what the compose files pin", () => {
    const { user_data } = load(local, "server").resource.hcloud_server?.server ?? {};
    for (const file of ["traefik/compose.yml", "docker-compose.yml"]) {
      const [, image] = /^ +image: ([a-z]+:[^\s$]+)$/m.exec(readFileSync(file, "utf8")) ?? [];
      expect(user_data).to.contain(`docker pull -q ${image}`);
    }
  });

  it("pin the CA for host keys in every connection, and never use an agent", () => {
    for (const [stack, name] of [
      ["server", "edge"],
      ["stage", "deployment"],
      ["prod", "deployment"],
    ] as const) {
      const connection = load(local, stack).resource.null_resource?.[name]?.connection;
      expect(connection, stack).to.include({
        host_key: ["$", "{var.host_ca}"].join(""),
        agent: "false",
        script_path: `/root/.onebox-${stack}.sh`,
      });
    }
  });

  it("bring no release's mere name to a VM of before there was such a thing", () => {
    const { provisioner } = load(local, "stage").resource.null_resource?.deployment ?? {};
    const [, { "remote-exec": remote }] = provisioner as [
      object,
      Record<string, { inline: string[] }>,
    ];
    const base = mkdtempSync(join(tmpdir(), "onebox-old-"));
    const script = (remote?.inline ?? [])
      .join("\n")
      .replaceAll("/opt/onebox", base)
      .replaceAll(/\$\{basename\(.*?\)\}/g, "delivered")
      .replaceAll(/\$\{.*?\}/g, "0");
    const run = (...files: string[]) => {
      for (const directory of ["bin", "inbox/delivered"])
        mkdirSync(join(base, directory), { recursive: true });
      writeFileSync(join(base, "bin/operate"), "#!/bin/sh\necho operated\n", { mode: 0o700 });
      for (const file of files) writeFileSync(join(base, file), "");
      return execFileSync("sh", ["-c", script]).toString();
    };
    try {
      expect(run(), "an old VM, a name").to.equal("");
      expect(existsSync(join(base, "inbox/delivered"))).to.equal(false);
      expect(run("inbox/delivered/compose.yml"), "an old VM, a release").to.equal("operated\n");
      rmSync(join(base, "inbox"), { recursive: true });
      expect(run("bin/survey"), "a VM of now, a name").to.equal("operated\n");
    } finally {
      rmSync(base, { recursive: true });
    }
  });

  it("never replace a running server because of a fresh bootstrap key", () => {
    const server = load(local, "server").resource.hcloud_server?.server as {
      lifecycle: { ignore_changes: string[] };
      user_data: string;
    };
    expect(server.lifecycle.ignore_changes).to.include("user_data");
    expect(Buffer.byteLength(server.user_data)).to.be.below(16 * 1024);
  });

  it("trigger a release by its name, and for another server again", () => {
    const triggers = load(local, "stage").resource.null_resource?.deployment?.triggers as object;
    expect(triggers).to.have.all.keys("server", "image", "release");
  });

  it("have nothing else in an environment: a deploy knows by these alone that nothing is to do", () => {
    for (const stack of ["stage", "prod", "preview"]) {
      const { resource, output } = load(local, stack);
      expect(Object.keys(resource), stack).to.deep.equal(["null_resource"]);
      expect(Object.keys(resource.null_resource ?? {}), stack).to.deep.equal(["deployment"]);
      expect(output, stack).to.equal(undefined);
    }
  });

  it("hold no absolute path", () => {
    for (const stack of ["server", "stage", "prod"]) {
      const text = readFileSync(join(local, "stacks", stack, "cdk.tf.json"), "utf8");
      expect(text, stack).not.to.include(process.cwd());
    }
  });
});
