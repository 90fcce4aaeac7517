import type { Case } from "../case.ts";
import { orderOff } from "./off.ts";

export const images: Case[] = [
  {
    assumption: 24,
    title: "Hetzner's images cannot be changed, and a backup needs backups",
    calls: [
      { ask: "GET /images?name=debian-13&architecture=x86", answer: "200", as: "debian" },
      {
        ask: "PUT /images/{debian.id}",
        body: { description: "{run}" },
        answer: "422 unsupported_error",
      },
      orderOff,
      {
        ask: "POST /servers/{off.id}/actions/create_image",
        body: { type: "backup" },
        answer: "422 unsupported_error",
      },
    ],
  },
  {
    assumption: 25,
    title: "a snapshot is 404 by itself once it is deleted",
    calls: [
      orderOff,
      {
        ask: "POST /servers/{off.id}/actions/create_image",
        body: { type: "snapshot", description: "{run}" },
        answer: "201",
        as: "snapshot",
      },
      { ask: "GET /images/{snapshot.id}", answer: "200" },
      { ask: "DELETE /images/{snapshot.id}", answer: "204" },
      { ask: "GET /images/{snapshot.id}", answer: "404 not_found" },
    ],
  },
  {
    assumption: 26,
    title: "an image of another architecture is refused",
    calls: [
      { ask: "GET /images?name=debian-13&architecture=arm", answer: "200", as: "arm" },
      {
        ask: "POST /servers",
        body: { name: "{run}", server_type: "cx23", image: "{arm.id}" },
        answer: "422 invalid_input",
      },
    ],
  },
];
