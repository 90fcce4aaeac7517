import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { createClient } from "../support/client.ts";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { noteCodes } from "../support/codes.ts";

describe("the transport", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("has a token of 64 characters and lets in nobody without it", async () => {
    expect(cloud.token).to.match(/^[0-9a-f]{64}$/);
    for (const token of ["", "x".repeat(64), cloud.token.slice(1)]) {
      const { status, body } = await createClient(cloud.endpoint, token).get("/servers");
      expect(status).to.equal(401);
      expect(body.error.code).to.equal("unauthorized");
    }
  });

  it("knows no other paths and methods", async () => {
    expect((await cloud.api.get("/nothing")).body.error.code).to.equal("not_found");
    const { status, body } = await cloud.api.send("PATCH", "/servers");
    expect(status).to.equal(405);
    expect(body.error.code).to.equal("method_not_allowed");
  });

  it("names the methods that a path has", async () => {
    const allowed = async (method: string, path: string) => {
      const { status, headers } = await cloud.api.send(method, path);
      return [status, headers.get("allow")];
    };
    expect(await allowed("PATCH", "/servers")).to.deep.equal([405, "GET, HEAD, POST"]);
    expect(await allowed("POST", "/servers/1")).to.deep.equal([405, "DELETE, GET, HEAD, PUT"]);
    expect(await allowed("DELETE", "/pricing")).to.deep.equal([405, "GET, HEAD"]);
    const action = "/servers/1/actions/poweron"; // GET asks for an action that has this id
    expect(await allowed("PUT", action)).to.deep.equal([405, "GET, HEAD, POST"]);
  });

  const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${cloud.endpoint}/firewalls`, {
      method: "POST",
      headers: { Authorization: `Bearer ${cloud.token}`, ...headers },
      body,
    });
    const said = JSON.parse(await answer.text());
    noteCodes(said);
    return { status: answer.status, ...said };
  };

  it("takes what is encoded, and JSON under any name", async () => {
    const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    for (const [encoding, encode] of Object.entries(encoders)) {
      const body = encode(JSON.stringify({ name: `in ${encoding}` }));
      const { status, firewall } = await post(body, { "Content-Encoding": encoding });
      expect([status, firewall.name]).to.deep.equal([201, `in ${encoding}`]);
    }
    const twice = brotliCompressSync(gzipSync('{"name":"twice"}'));
    expect((await post(twice, { "Content-Encoding": "gzip, br" })).status).to.equal(201);
    const latin = { "Content-Type": "text/plain; charset=latin1" };
    expect((await post('{"name":"für alle"}', latin)).firewall.name).to.equal("für alle");
  });

  const gzipped = gzipSync(JSON.stringify({ name: "x".repeat(1000) }));
  const plain = Buffer.from('{"name":"plain"}');
  const malformed: Record<string, [string | Buffer, string?]> = {
    "cut off": ["{"],
    "no JSON": ["name=web"],
    "a number with a leading zero": ["01"],
    "no UTF-8": [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    "no gzip": [plain, "gzip"],
    "no deflate": [plain, "deflate"],
    "no br": [plain, "br"],
    "gzip that is cut off": [gzipped.subarray(0, 20), "gzip"],
    "gzip of no JSON": [gzipSync("{"), "gzip"],
    "in an encoding that nobody knows": [plain, "compress"],
    "in an encoding named like a method": [plain, "constructor"],
  };
  for (const [what, [body, encoding]] of Object.entries(malformed)) {
    it(`refuses a body that is ${what}`, async () => {
      const headers = encoding === undefined ? {} : { "Content-Encoding": encoding };
      const { status, error } = await post(body, headers as Record<string, string>);
      expect([status, error.code]).to.deep.equal([400, "json_error"]);
    });
  }

  it("refuses JSON that is no object, wherever it is sent", async () => {
    for (const body of ["[]", "null", "5", '"text"', "[[]]"]) {
      const { status, error } = await post(body);
      expect([status, error.code, error.details], body).to.deep.equal([
        422,
        "invalid_input",
        { fields: [] },
      ]);
    }
    const action = await cloud.api.post("/servers/1/actions/poweron", []);
    expect(action.body.error.code).to.equal("invalid_input");
  });

  it("refuses what is too large, before and after it is unpacked", async () => {
    const large = `{"name":"${"x".repeat(2 << 20)}"}`;
    expect((await post(large)).status).to.equal(422);
    const { status, error } = await post(gzipSync(large), { "Content-Encoding": "gzip" });
    expect([status, error.code]).to.deep.equal([422, "invalid_input"]);
  });

  it("says what is wrong in its own words, never in its validator's", async () => {
    const wish = {
      name: "",
      size: 9,
      labels: { "-": "x", fine: 5 },
      location: {},
      format: "zfs",
      automount: "yes",
    };
    const { body } = await cloud.api.post("/volumes", wish);
    const fields = Object.fromEntries(
      body.error.details.fields.map((f: { name: string; messages: string[] }) => [
        f.name,
        f.messages[0],
      ]),
    );
    expect(fields).to.deep.equal({
      name: "must not be empty",
      size: "must be at least 10",
      "labels.-": "is not a valid label key",
      "labels.fine": "must be a string",
      location: "is of no type that is accepted here",
      format: "must be one of ext4, xfs",
      automount: "must be true or false",
    });
    const none = await cloud.api.post("/servers", {});
    const missing = none.body.error.details.fields;
    expect(missing.map((f: { messages: string[] }) => f.messages[0])).to.deep.equal([
      "is required",
      "is required",
      "is required",
    ]);
  });

  it("numbers its answers and logs them without query, body or token", async () => {
    const { headers } = await cloud.api.post("/firewalls?secret=canary", { name: "canary-name" });
    expect(headers.get("x-correlation-id")).to.match(/^[0-9a-f-]{36}$/);
    const line = JSON.parse(cloud.lines.at(-1) ?? "");
    expect(line).to.include({ method: "POST", path: "/v1/firewalls", status: 201 });
    expect(line.ms).to.be.a("number");
    expect(cloud.lines.join("\n")).to.not.contain("canary");
    expect(cloud.lines.join("\n")).to.not.contain(cloud.token);
  });
});
