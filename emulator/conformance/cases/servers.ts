import type { Case } from "../case.ts";
import { orderOff } from "./off.ts";

const TARGET = { type: "server", server: { id: "{off.id}" } };

export const servers: Case[] = [
  {
    assumption: 4,
    title: "a server that is off cannot be shut down, rebooted, reset or given a password",
    calls: [
      orderOff,
      ...["shutdown", "reboot", "reset", "reset_password"].map((action) => ({
        ask: `POST /servers/{off.id}/actions/${action}`,
        answer: "422 unsupported_error",
      })),
    ],
  },
  {
    assumption: 6,
    title: "changing the type starts the server",
    calls: [
      orderOff,
      {
        ask: "POST /servers/{off.id}/actions/change_type",
        body: { server_type: "cx33", upgrade_disk: false },
        answer: "201",
      },
      { ask: "GET /servers/{off.id}", answer: "200", has: { "server.status": "running" } },
    ],
  },
  {
    assumption: 7,
    title: "a type that nobody sells any more is there by its id, but unavailable",
    calls: [
      { ask: "GET /server_types/1", answer: "200", has: { "server_type.name": "cx11" } },
      {
        ask: "POST /servers",
        body: { name: "{run}", server_type: "cx11", image: "debian-13" },
        answer: "412 resource_unavailable",
      },
    ],
  },
  {
    assumption: 14,
    title: "a server that joins a placement group is started with that",
    calls: [
      {
        ask: "POST /placement_groups",
        body: { name: "{run}", type: "spread" },
        answer: "201",
        as: "group",
      },
      orderOff,
      {
        ask: "POST /servers/{off.id}/actions/add_to_placement_group",
        body: { placement_group: "{group.id}" },
        answer: "201",
      },
      { ask: "GET /servers/{off.id}", answer: "200", has: { "server.status": "running" } },
      { ask: "DELETE /placement_groups/{group.id}", answer: "204" },
    ],
  },
  {
    assumption: 29,
    title: "a server that is named twice in a request is one too many",
    calls: [
      orderOff,
      {
        ask: "POST /firewalls",
        body: { name: "{run}", apply_to: [TARGET, TARGET] },
        answer: "422 server_already_added",
      },
    ],
  },
  {
    assumption: 37,
    title: "a server that is to start needs an interface",
    calls: [
      {
        ask: "POST /servers",
        body: {
          name: "{run}",
          server_type: "cx23",
          image: "debian-13",
          public_net: { enable_ipv4: false, enable_ipv6: false },
        },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 41,
    title: "detaching no ISO succeeds",
    calls: [orderOff, { ask: "POST /servers/{off.id}/actions/detach_iso", answer: "201" }],
  },
  {
    assumption: 43,
    title: "metrics of more than 500 values are refused",
    calls: [
      orderOff,
      {
        ask: "GET /servers/{off.id}/metrics?type=cpu&start=2026-01-01T00:00:00Z&end=2026-01-01T01:00:00Z&step=1",
        answer: "422 invalid_input",
      },
    ],
  },
];
