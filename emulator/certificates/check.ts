import { within } from "../dns/domain-name.ts";
import { ApiError } from "../errors.ts";
import type { Zone } from "../store/records.ts";

const AUTHORITY = "letsencrypt.org";

const refused = (code: string, message: string) => new ApiError(422, code, message);

/** Throws unless a certificate for this domain could be had: by a primary zone here that allows it. */
export function assertIssuable(domain: string, zones: Iterable<Zone>): void {
  const name = domain.replace(/^\*\./, "");
  const zone = [...zones].find((one) => within(name, one.name) !== null);
  if (zone === undefined) throw refused("dns_zone_not_found", `there is no DNS zone for ${domain}`);
  if (zone.mode === "secondary") {
    throw refused("dns_zone_is_secondary_zone", `the DNS zone ${zone.name} is a secondary zone`);
  }
  if (allowed(zone, within(name, zone.name) ?? "@", domain.startsWith("*."))) return;
  const message = `a CAA record of ${zone.name} does not allow ${AUTHORITY} for ${domain}`;
  throw refused("caa_record_does_not_allow_ca", message);
}

/** What the nearest CAA records above a name say (RFC 8659). */
function allowed(zone: Zone, name: string, wildcard: boolean): boolean {
  const labels = name === "@" || name === "" ? [] : name.split(".");
  const names = [...labels.map((_, at) => labels.slice(at).join(".")), "@"];
  const set = names.map((own) => zone.rrsets[`${own}/CAA`]).find((own) => own !== undefined);
  const told = (tag: string) =>
    (set?.records ?? []).flatMap(({ value }) => {
      const [, own, issuer] = /^\d+\s+(\w+)\s+"?\s*([^";]*?)\s*(?:;.*)?"?$/.exec(value) ?? [];
      return own === tag ? [issuer] : [];
    });
  const wild = wildcard ? told("issuewild") : [];
  const issuers = wild.length > 0 ? wild : told("issue");
  return issuers.length === 0 || issuers.includes(AUTHORITY);
}
