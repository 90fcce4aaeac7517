import { expect } from "chai";
import { matcher } from "../../http/label-selector.ts";

const LABELS = { env: "prod", "example.org/tier": "web", empty: "" };

describe("a label selector", () => {
  for (const [selector, matches] of Object.entries({
    env: true,
    "!env": false,
    "!other": true,
    "env=prod": true,
    "env==prod": true,
    "env = prod": true,
    "env!=prod": false,
    "other!=x": true,
    "env in (stage, prod)": true,
    "env notin (stage,prod)": false,
    "other notin (x)": true,
    "example.org/tier=web": true,
    "empty=": true,
    "env=prod,!other": true,
    "env=prod,other": false,
  })) {
    it(`'${selector}' ${matches ? "matches" : "does not match"}`, () => {
      expect(matcher(selector)?.(LABELS)).to.equal(matches);
    });
  }

  for (const selector of ["=", "a b", "a=b=c", "a in b", "a in (b", ",", "-a"]) {
    it(`'${selector}' is none`, () => {
      expect(matcher(selector)).to.equal(null);
    });
  }
});
