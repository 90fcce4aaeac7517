import { expect } from "chai";
import { removeParts, stopParts } from "../../machines/docker/parts.ts";

/** An engine that answers what is known, by the beginning of the command, and tells what else it was asked to do. */
function engine(answers: Record<string, string>) {
  const done: string[] = [];
  const docker = async (args: string[]) => {
    const command = args.join(" ");
    const known = Object.keys(answers).find((start) => command.startsWith(start));
    if (known === undefined) done.push(command);
    return known === undefined ? "" : (answers[known] ?? "");
  };
  return { docker, done };
}

const owner = { id: "abc123", registry: "127.77.9.1:5000" };

describe("what Docker keeps for a cloud", () => {
  it("is removed by label and by name, each part once", async () => {
    const { docker, done } = engine({
      "ps --all": "c1\nc2",
      "network ls": "n1",
      "volume ls --quiet --filter label": "v1\nv2",
      "volume ls --quiet --filter name=^onebox-abc123-": "v2\nonebox-abc123-registry",
      "image ls --digests --format {{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}} --filter reference=onebox/disk:abc123-*":
        "onebox/disk:abc123-7 onebox/disk@<none>",
      "image ls": "127.77.9.1:5000/onebox/app:<none> 127.77.9.1:5000/onebox/app@sha256:1",
    });
    await removeParts(docker, owner);
    expect(done).to.deep.equal([
      "rm --force --volumes c1 c2",
      "network rm n1",
      "volume rm --force v1 v2 onebox-abc123-registry",
      "image rm --force onebox/disk:abc123-7 127.77.9.1:5000/onebox/app@sha256:1",
    ]);
  });

  it("is left alone where there is none, and no registry's images are looked for without a registry", async () => {
    const { docker, done } = engine({
      "ps --all": "",
      "network ls": "",
      "volume ls": "",
      "image ls --digests --format {{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}} --filter reference=onebox/disk:":
        "",
    });
    await removeParts(docker, { id: "abc123", registry: null });
    expect(done).to.deep.equal([]);
  });

  it("keeps servers and their networks when it is stopped", async () => {
    const { docker, done } = engine({ "ps --quiet": "s1", "ps --all": "s1" });
    await stopParts(docker, owner);
    expect(done).to.deep.equal([
      "rm --force onebox-abc123-registry",
      "rm --force onebox-abc123-objects",
      "rm --force onebox-abc123-objects-plain",
      "stop --time 20 s1",
    ]);
  });

  const empty = { "ps --quiet": "", "ps --all": "", "network ls": "n1 n2" };

  it("keeps its networks without servers too where it has object storage, whose address apps know", async () => {
    const { docker, done } = engine({ ...empty, "volume ls": "onebox-abc123-objects" });
    await stopParts(docker, owner);
    expect(done.filter((command) => !command.startsWith("rm "))).to.deep.equal([]);
  });

  it("loses its networks when it is stopped without servers", async () => {
    const { docker, done } = engine({ ...empty, "volume ls": "" });
    await stopParts(docker, owner);
    expect(done).to.deep.equal([
      "rm --force onebox-abc123-registry",
      "rm --force onebox-abc123-objects",
      "rm --force onebox-abc123-objects-plain",
      "network rm n1 n2",
    ]);
  });
});
