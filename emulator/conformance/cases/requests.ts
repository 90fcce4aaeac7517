import type { Case } from "../case.ts";

export const requests: Case[] = [
  {
    assumption: 1,
    title: "per_page over 50 is refused",
    calls: [
      { ask: "GET /servers?per_page=51", answer: "422 invalid_input" },
      { ask: "GET /servers?per_page=50", answer: "200" },
    ],
  },
  {
    assumption: 2,
    title: "unknown fields are refused at any depth",
    calls: [
      {
        ask: "POST /firewalls",
        body: { name: "{run}", colour: "red" },
        answer: "422 invalid_input",
      },
      {
        ask: "POST /firewalls",
        body: {
          name: "{run}",
          rules: [{ direction: "in", protocol: "icmp", source_ips: ["0.0.0.0/0"], colour: "red" }],
        },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 32,
    title: "an unknown field is called one",
    calls: [
      {
        ask: "POST /firewalls",
        body: { name: "{run}", colour: "red" },
        answer: "422 invalid_input",
        has: { "error.details.fields.0.messages.0": "unknown field" },
      },
    ],
  },
  {
    assumption: 33,
    title: "no JSON is json_error, JSON that is no object invalid_input",
    calls: [
      { ask: "POST /firewalls", raw: "{", answer: "400 json_error" },
      { ask: "POST /firewalls", raw: "[]", answer: "422 invalid_input" },
    ],
  },
  {
    assumption: 34,
    title: "a value that a filter does not know is refused",
    calls: [
      { ask: "GET /servers?status=sleepy", answer: "422 invalid_input" },
      { ask: "GET /images?type=painting", answer: "422 invalid_input" },
    ],
  },
  {
    assumption: 10,
    title: "datacenters are gone",
    calls: [{ ask: "GET /datacenters", answer: "410 deprecated_api_endpoint" }],
  },
];
