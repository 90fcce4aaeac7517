import { expect } from "chai";
import { isRecorded, readRecorded } from "../../../cli/release/recorded.ts";

const server = { id: "42", address: "", address6: "", applied: "" };
const release = { name: "aaaaaaaaaaaa-bbbb", image: "r/app@sha256:aa" };
const triggers = { server: "42", image: "r/app@sha256:aa", release: "aaaaaaaaaaaa-bbbb" };

/** A state as `terraform state pull` prints it. */
const stateWith = (...instances: object[]) => ({
  ...{ version: 4, serial: 7, outputs: {} },
  resources: [
    {
      ...{ mode: "data", type: "terraform_remote_state", name: "server" },
      instances: [{ attributes: { backend: "local", defaults: null } }],
    },
    { mode: "managed", type: "null_resource", name: "deployment", instances },
  ],
});

describe("what Terraform's state says that serves", () => {
  it("is what it would deliver, when every trigger is the same", () => {
    const recorded = readRecorded(stateWith({ attributes: { id: "1", triggers } }));
    expect(recorded).to.deep.equal(triggers);
    expect(isRecorded(recorded, { server }, release)).to.equal(true);
    for (const other of [
      { ...triggers, server: "43" },
      { ...triggers, image: "r/app@sha256:bb" },
      { ...triggers, release: "none" },
      { ...triggers, more: "x" },
      { server: "42" },
      undefined,
    ]) {
      expect(isRecorded(other, { server }, release), JSON.stringify(other)).to.equal(false);
    }
  });

  it("is nothing, when a delivery failed, there was none, or the state is of another form", () => {
    for (const pulled of [
      stateWith({ status: "tainted", attributes: { triggers } }),
      stateWith({ attributes: { triggers } }, { attributes: { triggers } }),
      stateWith({ attributes: { triggers: null } }),
      stateWith(),
      { resources: [] },
      { resources: "x" },
      undefined,
    ]) {
      expect(readRecorded(pulled), JSON.stringify(pulled)).to.equal(undefined);
    }
  });

  it("is nothing for a server whose number is not known", () => {
    const recorded = { ...triggers, server: "" };
    expect(isRecorded(recorded, { server: { ...server, id: "" } }, release)).to.equal(false);
  });
});
