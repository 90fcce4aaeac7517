import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { label } from "../../test/support/label.ts";

const name = `onebox-toolchain-test-${process.pid}`;
const directory = mkdtempSync(join(tmpdir(), "onebox-stand-ins-"));

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return (stdout + stderr).trim();
}

/** Runs what may take a moment to succeed; a minute ends a hang. */
async function eventually(args: string[]): Promise<string> {
  for (let tries = 0; tries < 240; tries++) {
    const { status, stdout } = spawnSync("docker", args, { encoding: "utf8" });
    if (status === 0) return stdout.trim();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`docker ${args.join(" ")}: no success\n${docker("logs", name)}`);
}

/** What Onebox asks of the images; the official ones pass as the substitute images do. */
/** Writes a file that the container's own user can read, whatever umask the tests run under. */
function share(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
  chmodSync(join(directory, file), 0o644);
}

describe("the images", () => {
  afterEach(() => spawnSync("docker", ["rm", "--force", "--volumes", name]));

  after(() => rmSync(directory, { recursive: true, force: true }));

  it("postgres: makes user, database and what the init scripts say, then takes the password only", async () => {
    share("password", "s3cret\n");
    share("1.sql", "create table made (name text);");
    share(
      "2.sh",
      `psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command "insert into made values ('by shell')"`,
    );
    docker(
      ...["run", ...label(), "--detach", "--name", name, "--read-only", "--tmpfs", "/tmp"],
      ...["--tmpfs", "/run/postgresql", "--env", "POSTGRES_USER=app", "--env", "POSTGRES_DB=links"],
      ...["--env", "POSTGRES_PASSWORD_FILE=/password", "-v", `${directory}/password:/password:ro`],
      ...["-v", `${directory}/1.sql:/docker-entrypoint-initdb.d/1.sql:ro`],
      ...["-v", `${directory}/2.sh:/docker-entrypoint-initdb.d/2.sh:ro`, "postgres:17.11-trixie"],
      ...["-c", "max_connections=23"],
    );
    const ask = "select current_user, name, current_setting('max_connections') from made";
    const address = await eventually(["exec", name, "hostname", "-i"]);
    const psql = (password: string) => [
      ...["exec", name, "psql", "--no-align", "--tuples-only", "--command", ask],
      `postgres://app:${password}@${address}/links`,
    ];
    assert.equal(await eventually(psql("s3cret")), "app|by shell|23");
    assert.notEqual(spawnSync("docker", psql("wrong")).status, 0);
    assert.match(docker("exec", name, "cat", "/proc/1/status"), /^Uid:\s999\s/m);

    docker("stop", name); // SIGINT: a fast shutdown, although the image's users may be connected
    assert.equal(docker("inspect", "--format", "{{.State.ExitCode}}", name), "0");
    docker("start", name);
    assert.equal(await eventually(psql("s3cret")), "app|by shell|23");
  });

  it("postgres: refuses to start without a password", () => {
    const { status, stderr } = spawnSync(
      "docker",
      ["run", ...label(), "--rm", "postgres:17.11-trixie"],
      {
        encoding: "utf8",
      },
    );
    assert.equal(status, 1);
    assert.include(stderr, "POSTGRES_PASSWORD");
  });

  it("traefik: takes options as arguments and checks its own health", async () => {
    docker(
      ...["run", ...label(), "--detach", "--name", name, "--read-only", "--cap-drop", "ALL"],
      ...["--cap-add", "NET_BIND_SERVICE", "traefik:v3.7.6"],
      ...["--ping=true", "--entrypoints.web.address=:80"],
    );
    assert.match(await eventually(["exec", name, "traefik", "healthcheck", "--ping"]), /^OK/);
    assert.match(
      docker("run", ...label(), "--rm", "traefik:v3.7.6", "version"),
      /Version: +3\.7\.6/,
    );
  });

  it("traefik: a substitute image refuses to start with what it lacks", function () {
    const version = docker("run", ...label(), "--rm", "traefik:v3.7.6", "version");
    if (!version.includes("Codename:     stand-in")) {
      if (this.test)
        this.test.title += ": not here, where the official one is, which lacks nothing";
      return;
    }
    const start = (...options: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        "docker",
        ["run", ...label(), "--rm", "traefik:v3.7.6", ...options],
        { encoding: "utf8", timeout: 120_000 },
      );
      assert.equal(status, 1, stdout + stderr);
      return stdout + stderr;
    };
    for (const provider of [
      "kubernetescrd",
      "kubernetesingress",
      "consulcatalog",
      "nomad",
      "ecs",
    ]) {
      assert.include(start(`--providers.${provider}=true`), `field not found, node: ${provider}`);
    }
    assert.include(start("--metrics.influxdb2=true"), "field not found, node: influxdb2");
    const resolver = "--certificatesresolvers.wildcard.acme";
    assert.include(
      start(`${resolver}.storage=/acme.json`, `${resolver}.dnschallenge.provider=route53`),
      'knows the DNS provider hetzner, not \\"route53\\"',
    );
  });

  it("registry: answers on port 5000 and takes its settings from REGISTRY_ variables", async () => {
    docker(
      ...["run", ...label(), "--detach", "--name", name, "--publish", "127.0.0.1::5000"],
      ...["--env", "REGISTRY_HTTP_HEADERS_X-From=[onebox]", "registry:2.8.3"],
    );
    const address = docker("port", name, "5000/tcp");
    let response: Response | undefined;
    for (let tries = 0; tries < 240 && !response?.ok; tries++) {
      response = await fetch(`http://${address}/v2/`).catch(() => undefined);
      if (!response?.ok) await new Promise((resolve) => setTimeout(resolve, 250));
    }
    assert.equal(response?.status, 200);
    assert.deepEqual(docker("exec", name, "ls", "/var/lib/registry"), "");
  });

  it("node: has npm and a user that is not root", () => {
    const run = (...args: string[]) => docker("run", ...label(), "--rm", "--user", "node", ...args);
    assert.equal(run("node:24.21.0-trixie-slim", "node", "--version"), "v24.21.0");
    assert.match(run("node:24.21.0-trixie-slim", "npm", "--version"), /^11\./);
    assert.equal(run("node:24.21.0-trixie-slim", "id", "-u"), "1000");
  });
});
