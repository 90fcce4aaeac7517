import type { Case } from "../case.ts";
import { orderOff } from "./off.ts";

export const addresses: Case[] = [
  {
    assumption: 3,
    title: "an attached volume is neither deleted nor attached again",
    calls: [
      orderOff,
      {
        ask: "POST /volumes",
        body: { name: "{run}", size: 10, server: "{off.id}" },
        answer: "201",
        as: "disk",
      },
      { ask: "DELETE /volumes/{disk.id}", answer: "422 resource_in_use" },
      {
        ask: "POST /volumes/{disk.id}/actions/attach",
        body: { server: "{off.id}" },
        answer: "422 volume_already_attached",
      },
    ],
  },
  {
    assumption: 36,
    title: "a primary IP without an assignee is unassigned",
    calls: [
      {
        ask: "POST /primary_ips",
        body: { name: "{run}", type: "ipv6", location: "fsn1" },
        answer: "201",
        as: "ip",
      },
      {
        ask: "GET /primary_ips/{ip.id}",
        answer: "200",
        has: { "primary_ip.assignee_type": "unassigned" },
      },
    ],
  },
  {
    assumption: 38,
    title: "a floating IP is not assigned twice to the same server",
    calls: [
      orderOff,
      {
        ask: "POST /floating_ips",
        body: { name: "{run}", type: "ipv6", server: "{off.id}" },
        answer: "201",
        as: "ip",
      },
      {
        ask: "POST /floating_ips/{ip.id}/actions/assign",
        body: { server: "{off.id}" },
        answer: "422 floating_ip_assigned",
      },
    ],
  },
];
