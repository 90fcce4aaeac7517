import { expect } from "chai";
import { encode, renderQuery, signS3 } from "../../../cli/objects/sign.ts";

describe("the signature of a request to S3", () => {
  it("is the one of AWS' own example", () => {
    const { authorization } = signS3(
      {
        ...{ method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/" },
        query: { "max-keys": "2", prefix: "J" },
        body: "",
      },
      {
        accessKey: "AKIAIOSFODNN7EXAMPLE",
        secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      },
      "us-east-1",
      new Date("2013-05-24T00:00:00Z"),
    );
    expect(authorization).to.match(
      /Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/,
    );
  });

  it("encodes as AWS does", () => {
    expect(encode("a b/c(d)~*")).to.equal("a%20b%2Fc%28d%29~%2A");
    expect(renderQuery({ versions: "", prefix: "a/b" })).to.equal("prefix=a%2Fb&versions=");
  });
});
