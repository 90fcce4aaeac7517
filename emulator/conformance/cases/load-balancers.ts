import type { Case } from "../case.ts";

const BALANCER = { name: "{run}", load_balancer_type: "lb11", location: "fsn1" };

export const loadBalancers: Case[] = [
  {
    assumption: 15,
    title: "deleting a load balancer is an action",
    calls: [
      { ask: "POST /load_balancers", body: BALANCER, answer: "201", as: "lb" },
      { ask: "DELETE /load_balancers/{lb.id}", answer: "201" },
    ],
  },
  {
    assumption: 16,
    title: "a load balancer does not change to its own type",
    calls: [
      { ask: "POST /load_balancers", body: BALANCER, answer: "201", as: "lb" },
      {
        ask: "POST /load_balancers/{lb.id}/actions/change_type",
        body: { load_balancer_type: "lb11" },
        answer: "422 invalid_load_balancer_type",
      },
    ],
  },
  {
    assumption: 40,
    title: "an https service needs a certificate",
    calls: [
      { ask: "POST /load_balancers", body: BALANCER, answer: "201", as: "lb" },
      {
        ask: "POST /load_balancers/{lb.id}/actions/add_service",
        body: { protocol: "https", listen_port: 443, http: { certificates: [] } },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 39,
    title: "an uploaded certificate cannot be retried",
    calls: [
      {
        ask: "POST /certificates",
        body: { name: "{run}", certificate: "{certificate}", private_key: "{private_key}" },
        answer: "201",
        as: "pem",
      },
      { ask: "POST /certificates/{pem.id}/actions/retry", answer: "422 unsupported_error" },
    ],
  },
];
