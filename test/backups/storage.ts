import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:https";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pinOf } from "../../cli/image/pins.ts";
import { certify } from "../../cli/local-ca/self-signed.ts";
import { renderUsers } from "../../cli/local-cloud/objects-login.ts";
import { Bucket } from "../../cli/objects/bucket.ts";
import { makeBucket } from "../../cli/objects/policy.ts";
import type { Login } from "../../cli/objects/sign.ts";
import type { Objects } from "../../config/cloud.ts";
import { root } from "../../config/load.ts";
import { label } from "../support/label.ts";

const bucket = "backups";

/** Object storage as the local cloud has it: versitygw, which keeps each object as a file. */
export class Storage {
  readonly place: string = mkdtempSync(join(tmpdir(), "onebox-objects-"));
  readonly owner = { accessKey: "OWNER", secretKey: randomBytes(20).toString("hex") };
  /** The VM's. */
  readonly login = { accessKey: "VM", secretKey: randomBytes(20).toString("hex") };
  objects: Objects | undefined;
  private readonly name = `onebox-test-objects-${process.pid}`;

  /** On the address that containers reach this computer at. */
  async start(): Promise<void> {
    const address = gatewayOfContainers();
    const ca = join(this.place, "ca.pem");
    certify(join(this.place, "key.pem"), ca, `IP:${address}`);
    for (const part of ["content", "versions", "users"]) mkdirSync(join(this.place, part));
    writeFileSync(join(this.place, "users/users.json"), renderUsers([this.login]));
    docker(
      ...["run", "--detach", ...label(), "--name", this.name, "--publish", `${address}::7480`],
      ...["--volume", `${this.place}:/place`, "--env", "ROOT_ACCESS_KEY=OWNER"],
      ...["--env", `ROOT_SECRET_KEY=${this.owner.secretKey}`, storageImage(this.place)],
      ...["--port", ":7480", "--region", "local", "--quiet"],
      ...["--cert", "/place/ca.pem", "--key", "/place/key.pem", "--iam-dir", "/place/users"],
      ...["posix", "--versioning-dir", "/place/versions", "/place/content"],
    );
    const port = Number(docker("port", this.name, "7480").split(":").at(-1));
    this.objects = { endpoint: address, port, region: "local", bucket, ca };
    for (const end = Date.now() + 60_000; !(await answers(this.objects)); await sleep(100))
      if (Date.now() > end) throw new Error("the storage does not answer");
    await makeBucket(this.bucket(this.owner), this.login.accessKey);
  }

  /** The bucket, as a login sees it. */
  bucket(login: Login): Bucket {
    if (this.objects === undefined) throw new Error("the storage is not there");
    return new Bucket(this.objects, login);
  }

  /** Takes no connection from here on, until resume. */
  refuse(): void {
    docker("pause", this.name);
  }

  resume(): void {
    docker("unpause", this.name);
  }

  /** The files of the objects whose names have this form. */
  files(form: RegExp): string[] {
    const content = join(this.place, "content", bucket);
    const found = execFileSync("find", [content, "-type", "f"], { maxBuffer: 1 << 26 }).toString();
    return found.split("\n").filter((file) => form.test(file));
  }

  remove(): void {
    execFileSync("docker", ["rm", "--force", "--volumes", this.name], { stdio: "pipe" });
    rmSync(this.place, { recursive: true, force: true });
  }
}

export function docker(...args: string[]): string {
  return execFileSync("docker", args, { stdio: "pipe" }).toString().trim();
}

/** The address of Docker's own bridge, from the bridge itself: some of its versions name no gateway before their second start. */
function gatewayOfContainers(): string {
  const name = '{{index .Options "com.docker.network.bridge.name"}}';
  const bridge = docker("network", "inspect", "--format", name, "bridge");
  const [
    {
      addr_info: [{ local }],
    },
  ] = JSON.parse(execFileSync("ip", ["-json", "-4", "address", "show", bridge]).toString());
  return local;
}

/** Made as cli/local-cloud/objects.ts makes it. */
function storageImage(place: string): string {
  const version = pinOf(root, "VERSITYGW_VERSION");
  const name = `onebox/objects:${version}`;
  if (docker("image", "ls", "--quiet", name) !== "") return name;
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const program = join(cache, "onebox/go-tools", `versitygw-${version}`);
  if (!existsSync(program)) throw new Error("run scripts/setup.sh local --tests");
  const context = mkdtempSync(join(place, "image-"));
  copyFileSync(program, join(context, "versitygw"));
  copyFileSync(join(root, "emulator/objects/Dockerfile"), join(context, "Dockerfile"));
  docker("build", "--tag", name, context);
  return name;
}

function answers({ endpoint, port, ca = "" }: Objects): Promise<boolean> {
  const signal = AbortSignal.timeout(3000);
  return new Promise((resolve) => {
    get({ host: endpoint, port, ca: readFileSync(ca), agent: false, signal }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
