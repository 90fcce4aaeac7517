import { expect } from "chai";
import { startCloud, type TestCloud } from "./cloud.ts";
import { freePort } from "./ports.ts";

interface Balancer {
  id: number;
  public_net: { ipv4: { ip: string }; ipv6: { ip: string } };
}

/** Gives each test of a suite a cloud with the load balancer "front", and words for what is done with it. */
export function useBalancer() {
  const own = {} as { cloud: TestCloud; balancer: Balancer };
  beforeEach(async () => {
    own.cloud = await startCloud();
    own.balancer = await make("front");
  });
  afterEach(() => own.cloud.stop());

  const make = (name: string, more: object = {}) =>
    own.cloud.api.made("/load_balancers", {
      name,
      load_balancer_type: "lb11",
      location: "fsn1",
      ...more,
    });
  const makeServer = (name: string, more: object = {}) =>
    own.cloud.api.made("/servers", {
      name,
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      ...more,
    });
  const makeNetwork = (name: string, more: object[] = []) =>
    own.cloud.api.made("/networks", {
      name,
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", ip_range: "10.0.1.0/24", network_zone: "eu-central" }, ...more],
    });
  const act = (name: string, body?: object, id = own.balancer.id) =>
    own.cloud.api.act(`/load_balancers/${id}/actions/${name}`, body);
  const read = async (id = own.balancer.id) =>
    (await own.cloud.api.get(`/load_balancers/${id}`)).body.load_balancer;
  const refused = async (name: string, body: object = {}, id = own.balancer.id) => {
    const answer = await own.cloud.api.post(`/load_balancers/${id}/actions/${name}`, body);
    return { status: answer.status, ...answer.body.error };
  };
  const wrongField = async (name: string, body: object) => {
    const error = await refused(name, body);
    expect(error, JSON.stringify(body)).to.include({ status: 422, code: "invalid_input" });
    return error.details.fields[0].name;
  };
  const tcp = async (more: object = {}) => ({
    protocol: "tcp",
    listen_port: await freePort(own.balancer.public_net.ipv4.ip),
    destination_port: 8080,
    ...more,
  });
  const serverTarget = (id: number, more: object = {}) => ({
    type: "server",
    server: { id },
    ...more,
  });

  return {
    front: own,
    make,
    makeServer,
    makeNetwork,
    act,
    read,
    refused,
    wrongField,
    tcp,
    serverTarget,
  };
}
