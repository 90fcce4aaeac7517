import { expect } from "chai";
import { nameVersion, readVersion } from "../../../cli/ci/version-notes.ts";
import { RefusedError } from "../../../cli/errors.ts";
import type { Git } from "../../../cli/git/git.ts";
import type { Config } from "../../../config/schema.ts";

describe("a version", () => {
  const config = { app: { dockerfile: "server/Dockerfile" } } as Config;

  /** Git with these tags on the way to HEAD, the newest last; returns what it was asked. */
  function git(tags: string[], log: string) {
    const asked: string[] = [];
    const run = async (args: string[]) => {
      asked.push(args.join(" "));
      if (args[0] === "log") return log;
      const [, , commit] = args;
      return tags
        .slice(0, commit === undefined ? undefined : tags.indexOf(commit) + 1 || undefined)
        .join("\n");
    };
    return { git: { run } as unknown as Git, asked };
  }
  const log = "\u0001aaaaaaa\u0002Show links\n\nserver/page.ts";

  it("is the next one, with what is new since the one before", async () => {
    const { git: repository, asked } = git(["v1.0.0", "v1.1.0"], log);
    expect(await nameVersion(repository, config, "minor")).to.deep.equal({
      name: "v1.2.0",
      notes: "### The app\n\n- Show links (aaaaaaa)\n",
    });
    expect(asked.at(-1)).to.match(/ v1\.1\.0\.\.HEAD --$/);
  });

  it("is the first one, of the whole history", async () => {
    const { git: repository, asked } = git([], log);
    expect(await nameVersion(repository, config, "patch")).to.have.property("name", "v0.0.1");
    expect(asked.at(-1)).to.match(/ HEAD --$/);
  });

  it("is refused when nothing is new, or when it goes back", async () => {
    const refused = (wish: string, said: string) =>
      nameVersion(git(["v1.1.0"], said).git, config, wish).catch((error) => error);
    const nothing = await refused("patch", "");
    expect(nothing).to.be.instanceOf(RefusedError);
    expect(nothing.message).to.equal("there is no commit since v1.1.0");
    expect(await refused("1.0.0", log)).to.be.instanceOf(RefusedError);
  });

  it("that there is has the notes since the one before it", async () => {
    const { git: repository, asked } = git(["v1.0.0", "v1.1.0", "v1.2.0"], log);
    expect(await readVersion(repository, config, "v1.1.0")).to.have.property("name", "v1.1.0");
    expect(asked.at(-1)).to.match(/ v1\.0\.0\.\.v1\.1\.0 --$/);
  });
});
