import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import type { Step } from "../../../cli/steps.ts";
import { dockerAnswers, isDockerMissing, provideDocker } from "../../../cli/toolchain/docker.ts";
import type { Kit } from "../../../cli/toolchain/kit.ts";

interface Computer {
  name?: "Linux" | "Darwin";
  /** What `docker info` says; undefined: there is no docker. */
  info?: { code: number; stderr?: string };
  context?: string;
  host?: string;
  /** Where the engine is installed. */
  engine?: string;
  started?: string[];
}

const answers = { code: 0 };
const silent = { code: 1, stderr: "Cannot connect to the Docker daemon" };
const untrusted = {
  code: 1,
  stderr: "Failed to initialize: unable to resolve docker endpoint: open ca.pem: no such file",
};
const tooNew = {
  code: 1,
  stderr:
    "ERROR: Error response from daemon: client version 9.99 is too new\nerrors pretty printing info",
};
const forbidden = { code: 1, stderr: "permission denied while trying to connect" };

/** A computer like that, whose user may not become root. */
function kit({ name = "Linux", info, context = "default", host, ...more }: Computer): Kit {
  const { engine, started = [] } = more;
  const run = async (program: string, args: string[]) => {
    const finished = { code: 0, stdout: "", stderr: "" };
    if (program === "id") return { ...finished, stdout: "ann\n" };
    if (args[0] === "context") return { ...finished, stdout: `${context}\n` };
    if (args[0] === "info") return { ...finished, ...info };
    started.push([program, ...args].join(" "));
    return finished;
  };
  const find = (program: string) =>
    program === "docker" && info !== undefined ? "/usr/bin/docker" : undefined;
  const findAsRoot = (program: string) => (program === "dockerd" ? engine : undefined);
  const system = { name, find, findAsRoot, mayBecomeRoot: false, hasSystemd: true };
  const environment = host ? { DOCKER_HOST: host } : {};
  return { system, environment, processes: { run } } as unknown as Kit;
}

describe("Docker", () => {
  const missing: [string, Computer, boolean][] = [
    ["without a client", {}, true],
    ["without an engine", { info: silent }, true],
    ["with an engine that was stopped", { info: silent, engine: "/usr/sbin/dockerd" }, false],
    ["with an engine that answers from elsewhere", { info: answers }, false],
    ["with an engine that is another user's", { info: forbidden }, false],
    ["with settings in the way", { info: untrusted }, false],
    ["with DOCKER_HOST", { info: silent, host: "tcp://x:1" }, false],
    ["with a context of its user's", { info: silent, context: "rootless" }, false],
    ["that is a Mac", { name: "Darwin" }, false],
  ];
  for (const [what, computer, expected] of missing) {
    it(`is ${expected ? "" : "not "}to be installed on a computer ${what}`, async () => {
      expect(await isDockerMissing(kit(computer))).to.equal(expected);
    });
  }

  it("answers where it answers to this user", async () => {
    expect(await dockerAnswers(kit({ info: answers }))).to.equal(true);
    for (const computer of [{}, { info: silent }, { info: forbidden }])
      expect(await dockerAnswers(kit(computer))).to.equal(false);
  });

  const refused: [Computer, RegExp][] = [
    [{}, /^Docker is missing; install it: https/],
    [{ info: forbidden }, /^your user may not talk to Docker; run: sudo usermod -aG docker ann,/],
    [{ info: silent, host: "tcp://x:1" }, /^no Docker engine answers at DOCKER_HOST=tcp:\/\/x:1$/],
    [{ info: silent, name: "Darwin" }, /^Docker is not running; run: open -a Docker$/],
    [
      { info: silent, context: "rootless" },
      /in the context "rootless"; .*docker context use default/,
    ],
    [
      { info: untrusted, engine: "/sbin/dockerd", host: "tcp://x:1" },
      /^docker info fails: Failed to initialize: .*: no such file; it gets DOCKER_HOST$/,
    ],
    [{ info: tooNew }, /^docker info fails: Error response from daemon: .* 9\.99 is too new$/],
    [{ info: silent }, /^no Docker engine is installed; install it/],
    [{ info: silent, engine: "/sbin/dockerd" }, /not running; run: sudo systemctl start docker$/],
  ];
  for (const [computer, why] of refused) {
    it(`is not started where ${why.source}`, async () => {
      const started: string[] = [];
      const step = { progress: () => {}, output: () => {} } as unknown as Step;
      const end = await provideDocker(kit({ ...computer, started }), step).catch((e: unknown) => e);
      expect(end).to.be.instanceOf(RefusedError).with.property("message").that.matches(why);
      expect(started).to.deep.equal([]);
    });
  }
});
