/** How long actions take: `instant` as long as their work, `realistic` about as long as at Hetzner. */
export type Profile = "instant" | "realistic";

/**
 * Seconds that an action takes in the realistic profile. Hetzner promises no times; these are of the
 * order that clients meet, and they are assumptions (docs/assumptions.md lists them as one).
 */
const SECONDS: Record<string, number> = {
  create_server: 6,
  start_server: 3,
  stop_server: 3,
  shutdown_server: 1,
  reboot_server: 2,
  reset_server: 4,
  rebuild_server: 15,
  delete_server: 3,
  change_server_type: 20,
  add_to_placement_group: 10,
  create_image: 40,
  enable_rescue: 1,
  disable_rescue: 1,
  reset_password: 2,
  create_volume: 1,
  attach_volume: 3,
  detach_volume: 3,
  resize_volume: 2,
  attach_to_network: 3,
  detach_from_network: 3,
  create_certificate: 30,
  issue_certificate: 30,
  create_load_balancer: 4,
  change_load_balancer_type: 5,
};
const OTHERS = 0.5;

/** Milliseconds that an action of this command takes at least. */
export function duration(profile: Profile, command: string): number {
  return profile === "instant" ? 0 : (SECONDS[command] ?? OTHERS) * 1000;
}
