import { expect } from "chai";
import { askServer } from "../../../cli/locate.ts";

describe("where the server is", () => {
  /** What is known of it where Terraform answers so, and what the other stacks are told. */
  async function known(outputs: Record<string, unknown>) {
    const variables: Record<string, string> = {};
    const terraform = { outputs: async () => outputs, variables };
    return { facts: await askServer(terraform as never, () => {}), variables };
  }
  const good = { id: "42", address: "192.0.2.4", address6: "2001:db8::1", applied: "0af3" };

  it("is what the stack says, which the other stacks are told", async () => {
    const { facts, variables } = await known({ ...good, more: "x" });
    expect(facts).to.deep.equal(good);
    expect(variables).to.deep.equal({ address: good.address, address6: good.address6 });
  });

  it("is nowhere before there is one", async () => {
    const nothing = { id: "", address: "", address6: "", applied: "" };
    expect((await known({})).facts).to.deep.equal(nothing);
    expect((await known(nothing)).facts).to.deep.equal(nothing);
  });

  const hostile: [keyof typeof good, unknown][] = [
    ["id", "42; id"],
    ["id", 42],
    ["address", "-oProxyCommand=id"],
    ["address", "192.0.2.4\nid"],
    ["address", "2001:db8::1"],
    ["address6", "$(id)"],
    ["applied", "../x"],
    ["applied", null],
  ];
  for (const [name, value] of hostile) {
    it(`is not taken from ${name}: ${JSON.stringify(value)}`, async () => {
      expect((await known({ ...good, [name]: value })).facts).to.deep.equal({
        ...good,
        [name]: "",
      });
    });
  }
});
