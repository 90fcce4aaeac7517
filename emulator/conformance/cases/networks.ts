import type { Case } from "../case.ts";
import { OFF } from "./off.ts";

const SUBNET = { type: "cloud", network_zone: "eu-central", ip_range: "10.77.1.0/24" };
const NETWORK = { name: "{run}", ip_range: "10.77.0.0/16", subnets: [SUBNET] };

export const networks: Case[] = [
  {
    assumption: 11,
    title: "the gateway of a subnet is the first address of the network",
    calls: [
      {
        ask: "POST /networks",
        body: NETWORK,
        answer: "201",
        has: { "network.subnets.0.gateway": "10.77.0.1" },
      },
    ],
  },
  {
    assumption: 12,
    title: "a subnet with members is not deleted",
    calls: [
      { ask: "POST /networks", body: NETWORK, answer: "201", as: "net" },
      {
        ask: "POST /servers",
        body: { name: "{run}", ...OFF, networks: ["{net.id}"] },
        answer: "201",
      },
      {
        ask: "POST /networks/{net.id}/actions/delete_subnet",
        body: { ip_range: "10.77.1.0/24" },
        answer: "422 service_error",
      },
    ],
  },
  {
    assumption: 13,
    title: "what is not there cannot be taken away",
    calls: [
      { ask: "POST /networks", body: NETWORK, answer: "201", as: "net" },
      {
        ask: "POST /networks/{net.id}/actions/delete_route",
        body: { destination: "10.100.1.0/24", gateway: "10.77.1.2" },
        answer: "404 not_found",
      },
      {
        ask: "POST /networks/{net.id}/actions/delete_subnet",
        body: { ip_range: "10.77.9.0/24" },
        answer: "404 not_found",
      },
    ],
  },
];
