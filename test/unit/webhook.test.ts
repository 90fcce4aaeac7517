import { parseEnv } from "node:util";
import { expect } from "chai";
import { needWebhook, parseAction } from "../../cli/commands/webhook.ts";
import { RefusedError } from "../../cli/errors.ts";
import { renderSettings } from "../../cli/webhook/files.ts";

describe("the webhook deployer", () => {
  const webhook = { subdomain: "hooks", repository: "acme/shop", branch: "main" };

  it("is switched on or off, or asked how it is", () => {
    for (const action of ["on", "off", "status"]) expect(parseAction(action)).to.equal(action);
    expect(() => parseAction(undefined)).to.throw(RefusedError, "say on, off or status");
    expect(() => parseAction("statsu")).to.throw(/on, off or status; did you mean status\?$/);
  });

  it("needs its section of the configuration, and a registry", () => {
    expect(needWebhook({ webhook, registry: "repository" })).to.equal(webhook);
    expect(() => needWebhook({ webhook: undefined, registry: "repository" })).to.throw(
      RefusedError,
      "onebox.config.ts: webhook is missing; docs/webhook.md says what it holds",
    );
    expect(() => needWebhook({ webhook, registry: "none" })).to.throw(
      RefusedError,
      'registry is "none"',
    );
  });

  it("is told what it may release", () => {
    const settings = renderSettings({
      ...{ host: "hooks.shop.test", https: true, image: "a@sha256:0", images: "a" },
      ...{ repository: "acme/shop", branch: "main" },
    });
    expect(parseEnv(settings)).to.deep.equal({
      ...{ WEBHOOK_IMAGE: "a@sha256:0", WEBHOOK_IMAGES: "a" },
      ...{ WEBHOOK_REPOSITORY: "acme/shop", WEBHOOK_BRANCH: "main" },
    });
  });
});
