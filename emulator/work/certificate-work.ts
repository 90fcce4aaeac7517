import { assertIssuable } from "../certificates/check.ts";
import { selfSigned } from "../certificates/issue.ts";
import type { Cloud } from "../cloud.ts";
import type { Action, Certificate } from "../store/records.ts";

/** Gets what was asked for, if the zones allow it. No CA vouches for it but itself. */
export async function issue(cloud: Cloud, certificate: Certificate): Promise<void> {
  if (certificate.certificate !== null) return; // before the emulator stopped
  for (const domain of certificate.domain_names) {
    assertIssuable(domain, cloud.store.tables.zones.values());
  }
  Object.assign(certificate, selfSigned(certificate.domain_names, cloud.clock.now()));
}

export async function giveUp(
  certificate: Certificate,
  failure: NonNullable<Action["error"]>,
): Promise<void> {
  certificate.error = failure;
}
