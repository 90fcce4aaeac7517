import {
  loadBalancerTypes,
  locations,
  pricing as prices,
  serverTypes,
} from "../catalogue/catalogue.ts";
import type { ApiRouter } from "../http/router.ts";
import { presentLoadBalancerType, presentServerType, price, priceIn } from "./catalogue.ts";

export function pricing(router: ApiRouter): void {
  router.get("/pricing", (context) => {
    context.body = {
      pricing: {
        currency: prices.currency,
        vat_rate: prices.vat_rate.toFixed(6),
        image: { price_per_gb_month: price(prices.image_gb_monthly_net) },
        volume: { price_per_gb_month: price(prices.volume_gb_monthly_net) },
        server_backup: { percentage: String(prices.server_backup_percentage) },
        // Both are deprecated, and the latter is always 0; `floating_ips` and the prices of
        // server types say it per location.
        floating_ip: { price_monthly: price(prices.floating_ipv4_monthly_net) },
        traffic: { price_per_tb: price(0) },
        floating_ips: [
          { type: "ipv4", prices: monthlyIn(prices.floating_ipv4_monthly_net) },
          { type: "ipv6", prices: monthlyIn(prices.floating_ipv6_monthly_net) },
        ],
        load_balancer_types: loadBalancerTypes.map((type) => {
          const { id, name, prices: list } = presentLoadBalancerType(type);
          return { id, name, prices: list };
        }),
        primary_ips: [
          { type: "ipv4", prices: perLocation(prices.primary_ipv4_monthly_net) },
          { type: "ipv6", prices: perLocation(0) },
        ],
        server_types: serverTypes.map((type) => {
          const { id, name, prices: list } = presentServerType(type);
          return { id, name, prices: list };
        }),
      },
    };
  });
}

const monthlyIn = (monthly: number) =>
  locations.map(({ name: location }) => ({ location, price_monthly: price(monthly) }));

const perLocation = (monthly: number) =>
  locations.map(({ name }) => {
    const { location, price_hourly, price_monthly } = priceIn(name, monthly, 0);
    return { location, price_hourly, price_monthly };
  });
