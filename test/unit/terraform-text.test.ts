import { expect } from "chai";
import { valuesInto } from "../../operator/terraform-text.ts";

describe("a text of Terraform's", () => {
  const environment = { TF_VAR_image: "app@sha256:1", TF_VAR_wait: "0", HOME: "/root" };

  it("gets the values of its variables", () => {
    const text = valuesInto(`use \${var.image} --wait \${var.wait}; \${var.image}`, environment);
    expect(text).to.equal("use app@sha256:1 --wait 0; app@sha256:1");
  });

  it("keeps what is not Terraform's", () => {
    expect(valuesInto(`$\${ONEBOX_IMAGE:?} 5 %%{x} $incoming.$$ 5 %`, environment)).to.equal(
      `\${ONEBOX_IMAGE:?} 5 %{x} $incoming.$$ 5 %`,
    );
  });

  it("is refused when it needs more than these", () => {
    for (const text of [
      `\${var.none}`,
      `\${100 - var.wait}`,
      "%{if true}",
      `\${local.x}`,
      `\${var.a`,
    ]) {
      expect(() => valuesInto(text, environment), text).to.throw(/^no value for /);
    }
  });
});
