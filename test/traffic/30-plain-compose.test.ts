import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { Beside, plainCompose } from "./beside.ts";
import { startLoad } from "./load/load.ts";
import { tally } from "./load/tally.ts";
import { figures } from "./shared.ts";

const switches = 2;

describe("docker compose up -d under the same load", () => {
  const plain = new Beside(plainCompose, (command) => stage.onVm(command));
  let images: string[];

  before(async () => {
    images = await stage.images(3);
    await plain.begin(images[0] ?? "");
  });
  after(() => plain.end());

  it("loses requests, so this load does find lost ones", async () => {
    const { address } = await stage.serving();
    const load = startLoad({ address, host: plain.host });
    for (let n = 1; n <= switches; n++) {
      await plain.deploy(images[n % images.length] ?? "", `plain-${n}`);
    }
    const result = tally(await load.stop());
    figures.push({ way: plainCompose.title, switches, tally: result });
    expect(result.failed).to.be.greaterThan(switches);
    expect(result.pause).to.be.greaterThan(500);
  });
});
