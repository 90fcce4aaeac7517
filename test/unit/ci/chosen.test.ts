import { expect } from "chai";
import { changesSince, chooseProd, laterThan } from "../../../cli/ci/chosen.ts";
import { readHistory, readSlots } from "../../../cli/vm/answers.ts";

/** A git that answers these questions, by their first word, and no others. */
const git = (answers: Record<string, string>) => {
  const asked: string[][] = [];
  const find = async (args: string[]) => {
    asked.push(args);
    return answers[args[0] ?? ""];
  };
  return { asked, find };
};

describe("what a run of the pipeline finds served", () => {
  it("is later where it holds the run's commit and more", async () => {
    const clone = git({ "merge-base": "" });
    expect(await laterThan(clone, "a1", "b2")).to.equal("b2");
    expect(clone.asked).to.deep.equal([["merge-base", "--is-ancestor", "a1", "b2"]]);
    expect(await laterThan(git({}), "a1", "b2")).to.equal(undefined);
  });

  it("is not later where it is the same, or nothing; then git is not asked", async () => {
    const clone = git({ "merge-base": "" });
    expect(await laterThan(clone, "a1", "a1")).to.equal(undefined);
    expect(await laterThan(clone, "a1", undefined)).to.equal(undefined);
    expect(clone.asked).to.deep.equal([]);
  });

  it("lacks the commits since, which are listed, unless this clone does not have it", async () => {
    const clone = git({ log: "b2 Two\na1 One" });
    expect(await changesSince(clone, "0f")).to.deep.equal(["b2 Two", "a1 One"]);
    expect(clone.asked[0]).to.include("0f..HEAD");
    expect(await changesSince(git({ log: "" }), "0f")).to.deep.equal([]);
    expect(await changesSince(git({}), "0f")).to.equal(undefined);
    expect(await changesSince(clone, undefined)).to.equal(undefined);
  });
});

describe("what prod gets", () => {
  const release = "0123456789ab-cdef";
  const image = `r/app@sha256:${"a".repeat(64)}`;
  const commit = "c".repeat(40);
  const slot = { onebox: 1, kind: "slot", role: "serving", slot: "blue", release, image, commit };
  const more = { state: "running", health: "healthy", since: "", id: "x", weight: 0 };
  const slots = (environment: string) =>
    readSlots(JSON.stringify({ ...slot, ...more, environment }));
  const done = { onebox: 1, kind: "history", started: "2026-01-01T00:00:00Z", action: "release" };
  const record = {
    ...done,
    release,
    image,
    commit,
    by: "x",
    result: "served",
    seconds: 1,
    kept: "yes",
  };
  const vm = { history: async () => readHistory(JSON.stringify(record)) };
  const session = (event: string) => ({
    environment: {
      ...{ GITHUB_REPOSITORY: "you/onebox", GITHUB_TOKEN: "t", GITHUB_REF: "refs/heads/main" },
      GITHUB_EVENT_NAME: event,
    },
  });

  it("is nothing before there is a server", async () => {
    const seen = { vm: undefined, slots: [] };
    const choice = await chooseProd(session("push"), { release: "tag" }, seen, commit);
    expect(choice).to.deep.equal({
      refusal: "there is no server yet; run: scripts/deploy.sh stage",
    });
  });

  it("is what stage serves, and not what prod does", async () => {
    const of = (environment: string) =>
      chooseProd(
        session("workflow_dispatch"),
        { release: "promote" },
        { vm, slots: slots(environment) },
        commit,
      );
    expect(await of("stage")).to.deep.equal({ image });
    expect(await of("prod")).to.have.property("refusal");
  });
});
