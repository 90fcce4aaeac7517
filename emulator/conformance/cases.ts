import { addresses } from "./cases/addresses.ts";
import { images } from "./cases/images.ts";
import { loadBalancers } from "./cases/load-balancers.ts";
import { networks } from "./cases/networks.ts";
import { requests } from "./cases/requests.ts";
import { servers } from "./cases/servers.ts";
import { zones } from "./cases/zones.ts";

/** Every case, in the order of the assumptions. */
export const cases = [
  ...requests,
  ...servers,
  ...images,
  ...addresses,
  ...networks,
  ...loadBalancers,
  ...zones,
].sort((a, b) => a.assumption - b.assumption);

/** Assumptions without a case, and why. */
export const WITHOUT_CASE: Record<number, string> = {
  5: "no call makes an action fail on purpose",
  8: "it is about types that are being withdrawn, which change with time",
  9: "it is about prices, which change with time",
  17: "it needs traffic",
  27: "it needs a server that boots",
  28: "it needs traffic",
  30: "it needs a token that may only read, which the API does not make",
  31: "it is about time",
  42: "storage boxes have a host of their own, and are paid by the month",
};
