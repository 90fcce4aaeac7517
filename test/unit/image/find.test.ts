import { expect } from "chai";
import { FailedError, RefusedError } from "../../../cli/errors.ts";
import type { Tree } from "../../../cli/git/tree.ts";
import type { Build } from "../../../cli/image/build.ts";
import {
  beginAsking,
  imageBuiltAnew,
  imageByName,
  imageOfCommit,
  imageOfLost,
  imageOfStage,
  knownImageOfCommit,
  pushWhatIsMissing,
} from "../../../cli/image/find.ts";
import type { Image } from "../../../cli/image/image.ts";
import type { ImageRegistry } from "../../../cli/image/registry.ts";
import type { Vm } from "../../../cli/vm/vm.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"0".repeat(64)}`;
const repository = "a.test/shop/app";
const image: Image = { reference: `${repository}@${digest}`, commit: "unknown", space: 40 };
const tree: Tree = { ...{ commit, epoch: 1, tree: commit, tag: commit }, warnings: [] };

/** A registry that has what `find` gives, a build, a step, and what was done with them. */
function scene({
  find = async () => undefined,
  isOwn = false,
  pushed = { digest, size: 4 },
}: {
  find?: (name: string) => Promise<Image | undefined>;
  isOwn?: boolean;
  pushed?: { digest: string; size: number | undefined };
}) {
  const done: string[] = [];
  const registry = {
    ...{ repository, isOwn },
    nameHere: async (name: string) => (isOwn ? `here/${name}` : name),
    find: async (name: string) => {
      done.push(`find ${name}`);
      return find(name);
    },
    describe: async (name: string) => {
      done.push(`describe ${name}`);
      return image;
    },
  } as unknown as ImageRegistry;
  const build = {
    tree,
    pushTo: (name: string) => done.push(`push ${name}`),
    pushed: async () => pushed,
    end: async () => done.push("end"),
  } as unknown as Build;
  const step = { note: "", progress: () => {}, output: () => {} };
  return { done, registry, build, step };
}

const name = `${repository}:${commit}`;
const silent = () => Promise.reject(new RefusedError("registry a.test does not answer"));

describe("the image of a commit", () => {
  it("is the registry's, by the commit that was asked for; the build ends then", async () => {
    const { done, registry, build, step } = scene({ find: async () => image });
    expect(await imageOfCommit(build, registry, step)).to.deep.equal({ ...image, commit });
    expect(done).to.deep.equal([`find ${name}`, "end"]);
    expect(step.note).to.equal("0123456 is in the registry");
  });

  it("is built and pushed when the registry lacks it", async () => {
    const { done, registry, build, step } = scene({});
    const found = await imageOfCommit(build, registry, step);
    expect(found).to.deep.equal({ reference: image.reference, commit, space: 4 });
    expect(done).to.deep.equal([`find ${name}`, `push ${name}`]);
    expect(step.note).to.equal("0123456 built and pushed");
  });

  it("is asked for by its digest, not by its tag, after a builder of its own has pushed it", async () => {
    const { done, registry, build, step } = scene({ pushed: { digest, size: undefined } });
    expect(await imageOfCommit(build, registry, step)).to.deep.equal({ ...image, commit });
    expect(done.at(-1)).to.equal(`describe ${repository}@${digest}`);
  });

  it("is, for main's job, the one that it builds, whatever somebody has put under its tag", async () => {
    const planted = { ...image, reference: `${repository}@sha256:${"e".repeat(64)}` };
    const { done, registry, build, step } = scene({ find: async () => planted });
    const said: string[] = [];
    const found = await imageBuiltAnew(build, registry, step, (line) => said.push(line));
    expect(found.reference).to.equal(image.reference);
    expect(done).to.deep.equal([`find ${name}`, `push ${name}`]);
    expect(said.join()).to.include(planted.reference);
    const same = scene({ find: async () => image });
    await imageBuiltAnew(same.build, same.registry, same.step, (line) => said.push(line));
    expect(said).to.have.length(1);
  });

  it("is asked for while other work is done, and again only in vain", async () => {
    const early = scene({ find: async () => image });
    const asked = beginAsking(early.build, early.registry);
    await imageOfCommit(early.build, early.registry, early.step, asked);
    expect(early.done).to.deep.equal([`find ${name}`, "end"]);
    let times = 0;
    const late = scene({ find: () => (times++ === 0 ? silent() : Promise.resolve(image)) });
    const vain = beginAsking(late.build, late.registry);
    await imageOfCommit(late.build, late.registry, late.step, vain);
    expect(late.done).to.deep.equal([`find ${name}`, `find ${name}`, "end"]);
  });

  it("is pushed early only where it is known to be missing", async () => {
    const missing = scene({});
    await pushWhatIsMissing(
      missing.build,
      missing.registry,
      beginAsking(missing.build, missing.registry),
    );
    expect(missing.done).to.deep.equal([`find ${name}`, `push ${name}`]);
    for (const find of [silent, async () => image]) {
      const { done, build, registry } = scene({ find });
      await pushWhatIsMissing(build, registry, beginAsking(build, registry));
      expect(done).to.deep.equal([`find ${name}`]);
    }
  });

  it("goes to the registry on this computer without a repository, which has nobody to ask early", async () => {
    const { done, registry, build, step } = scene({ isOwn: true });
    expect(beginAsking(build, registry)).to.equal(undefined);
    const found = await imageOfCommit(build, registry, step);
    expect(found.reference).to.equal(image.reference);
    expect(done).to.include(`push here/${name}`);
  });

  it("is not built where the registry cannot be asked", async () => {
    const { done, registry, build, step } = scene({ find: silent });
    const error = await imageOfCommit(build, registry, step).catch((e) => e);
    expect(error).to.be.instanceOf(RefusedError);
    expect(done).to.deep.equal([`find ${name}`]);
  });
});

describe("the image that was deployed last", () => {
  it("is looked for without a build; there is none where the registry lost it", async () => {
    const { registry, step } = scene({ find: async () => image });
    expect(await knownImageOfCommit({ tree }, registry, step)).to.deep.equal({ ...image, commit });
    expect(step.note).to.equal("0123456 is in the registry");
    const without = scene({});
    expect(await knownImageOfCommit({ tree }, without.registry, without.step)).to.equal(undefined);
    expect(without.done).to.deep.equal([`find ${name}`]);
    expect(without.step.note).to.equal("");
  });
});

describe("another image", () => {
  it("is what its registry says", async () => {
    const { registry, step } = scene({});
    expect(await imageByName("a.test/b:c", registry, step)).to.equal(image);
    expect(step.note).to.equal("unknown");
  });

  const vmWith = (slot: object) => {
    const whole = { environment: "stage", role: "serving", state: "running", ...slot };
    return { slots: async () => [whole] } as unknown as Vm;
  };

  it("is what stage serves", async () => {
    const { done, registry, step } = scene({});
    await imageOfStage(vmWith({ image: image.reference, commit }), registry, step);
    expect(done).to.deep.equal([`describe ${image.reference}`]);
  });

  it("is what stage serves without a repository, where only the VM has it", async () => {
    const { done, registry, step } = scene({ isOwn: true });
    const vm = vmWith({ image: image.reference, commit: "$(id)" });
    const found = await imageOfStage(vm, registry, step);
    expect(found).to.deep.equal({ reference: image.reference, commit: "unknown", space: 0 });
    expect(done).to.deep.equal([]);
  });

  it("is what prod had last when its server was lost, unless stage serves again", async () => {
    const last = async () => image.reference;
    const { registry, step } = scene({ find: async () => image });
    expect(await imageOfLost(undefined, last, registry, step)).to.equal(image);
    expect(step.note).to.equal("unknown, the one that prod had last");
    const dead = { slots: () => Promise.reject(new FailedError("no SSH")) };
    expect(await imageOfLost(dead, last, registry, step)).to.equal(image);
    const serves = vmWith({ image: image.reference });
    expect(await imageOfLost(serves, last, registry, step)).to.equal(undefined);
    const unknown = async () => undefined;
    expect(await imageOfLost(undefined, unknown, registry, step)).to.equal(undefined);
    const gone = scene({});
    expect(await imageOfLost(undefined, last, gone.registry, step)).to.equal(undefined);
    const own = scene({ isOwn: true, find: async () => image }); // it lay on the server alone
    expect(await imageOfLost(undefined, last, own.registry, step)).to.equal(undefined);
  });

  it("is none while stage serves nothing that has a digest", async () => {
    const { registry, step } = scene({});
    const vms = [
      undefined,
      vmWith({ image: image.reference, state: "exited" }),
      vmWith({ image: image.reference, environment: "prod" }),
      vmWith({ image: "x; id" }),
    ];
    for (const vm of vms) {
      const error = await imageOfStage(vm, registry, step).catch((e) => e);
      expect(error).to.be.instanceOf(RefusedError);
      expect(error.message).to.match(/stage (serves|does not serve)/);
    }
  });
});
