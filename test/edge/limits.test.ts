import { expect } from "chai";
import { HeaderFlood } from "../support/header-flood.ts";
import { Edge } from "./edge.ts";

const connections = 300;

describe("Traefik, to whoever never ends a request's headers", () => {
  const edge = new Edge();
  let flood: HeaderFlood | undefined;
  before(() => edge.start());
  after(() => {
    flood?.end();
    edge.stop();
  });

  it(`closes each of ${connections} connections, and has memory left for everybody else`, async () => {
    flood = new HeaderFlood("127.0.0.1", Number(edge.address.split(":")[1]), edge.host);
    const said = await flood.insist(connections);
    expect(new Set(said)).to.have.keys("HTTP/1.1 431 Request Header Fields Too Large");
    expect(edge.survives()).to.equal(true);
    expect((await edge.ask("GET")).status).to.equal(404); // Traefik's own: there is no route here
  });
});
