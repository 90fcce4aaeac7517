import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import fc from "fast-check";
import { ApiError, CloudApi } from "../../../cli/hcloud/api.ts";
import { askCosts } from "../../../cli/plan/costs.ts";
import { renderReport } from "../../../cli/plan/render.ts";
import { anyText, damaged } from "./arbitraries.ts";

const price = { net: "3.0000000000", gross: "3.5700000000000000" };
const prices = [{ location: "fsn1", price_monthly: price }];
const whole = {
  meta: { pagination: { total_entries: 2 } },
  pricing: {
    ...{ currency: "EUR", volume: { price_per_gb_month: price } },
    ...{ server_backup: { percentage: "20.0" }, primary_ips: [{ type: "ipv4", prices }] },
    server_types: [{ name: "cx23", prices }],
  },
};
const server = {
  ...{ address: "hcloud_server.server", type: "hcloud_server" },
  values: { server_type: "cx23", location: "fsn1" },
};
const plans = [{ stack: "server", changes: [], drift: [], now: [], after: [server] }];

describe("whatever the Hetzner Cloud API answers", () => {
  let api: Server;
  let endpoint: string;
  let text = "";
  before((done) => {
    api = createServer((_, response) => response.end(text));
    api.listen(0, "127.0.0.1", () => {
      endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}/v1`;
      done();
    });
  });
  after(() => api.close());

  it("is counted and priced, or told in a line", async () => {
    const texts = fc.oneof(
      anyText,
      damaged(whole).map((value) => JSON.stringify(value) ?? ""),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (answer) => {
        text = answer;
        const said: string[] = [];
        const costs = await askCosts(plans, { endpoint, token: "x" }, (line) => said.push(line));
        renderReport({ plans, risks: [], prices: costs }, "text");
        expect(said).to.have.length(costs === undefined ? 1 : 0);
        const api = new CloudApi(endpoint, "x");
        const count = await api.count("servers").catch((error: unknown) => error);
        if (count instanceof Error) expect(count).to.be.instanceOf(ApiError);
        else expect(count).to.satisfy(Number.isSafeInteger);
      }),
      { numRuns: 200 },
    );
  });
});
