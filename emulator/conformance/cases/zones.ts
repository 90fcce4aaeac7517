import type { Call, Case } from "../case.ts";

const made: Call = {
  ask: "POST /zones",
  body: { name: "{run}.de", mode: "primary" },
  answer: "201",
  as: "zone",
};
const www: Call = {
  ask: "POST /zones/{zone.id}/rrsets",
  body: { name: "www", type: "A", records: [{ value: "203.0.113.5" }] },
  answer: "201",
};

export const zones: Case[] = [
  {
    assumption: 18,
    title: "a zone's name is a public suffix and one label",
    calls: [
      {
        ask: "POST /zones",
        body: { name: "shop.{run}.de", mode: "primary" },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 19,
    title: "nobody delegates to a new zone",
    calls: [
      made,
      {
        ask: "GET /zones/{zone.id}",
        answer: "200",
        has: {
          "zone.registrar": "unknown",
          "zone.authoritative_nameservers.delegation_status": "unknown",
        },
      },
    ],
  },
  {
    assumption: 20,
    title: "values must fit their type, and aliases are alone",
    calls: [
      made,
      www,
      {
        ask: "POST /zones/{zone.id}/rrsets",
        body: { name: "mail", type: "A", records: [{ value: "mail" }] },
        answer: "422 invalid_input",
      },
      {
        ask: "POST /zones/{zone.id}/rrsets",
        body: { name: "www", type: "CNAME", records: [{ value: "mail" }] },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 21,
    title: "the SOA record cannot be deleted",
    calls: [made, { ask: "DELETE /zones/{zone.id}/rrsets/@/SOA", answer: "422 invalid_input" }],
  },
  {
    assumption: 22,
    title: "a protected rrset takes no other TTL, but other labels",
    calls: [
      made,
      www,
      {
        ask: "POST /zones/{zone.id}/rrsets/www/A/actions/change_protection",
        body: { change: true },
        answer: "201",
      },
      {
        ask: "POST /zones/{zone.id}/rrsets/www/A/actions/change_ttl",
        body: { ttl: 300 },
        answer: "423 protected",
      },
      {
        ask: "PUT /zones/{zone.id}/rrsets/www/A",
        body: { labels: { a: "b" } },
        answer: "200",
      },
    ],
  },
  {
    assumption: 23,
    title: "a zone file that cannot be read is refused",
    calls: [
      made,
      {
        ask: "POST /zones/{zone.id}/actions/import_zonefile",
        body: { zonefile: "www IN A nowhere" },
        answer: "422 invalid_input",
      },
    ],
  },
  {
    assumption: 35,
    title: "the TTL of a secondary zone changes too",
    calls: [
      {
        ask: "POST /zones",
        body: {
          name: "{run}.de",
          mode: "secondary",
          primary_nameservers: [{ address: "203.0.113.7", port: 53 }],
        },
        answer: "201",
        as: "zone",
      },
      { ask: "POST /zones/{zone.id}/actions/change_ttl", body: { ttl: 300 }, answer: "201" },
    ],
  },
];
