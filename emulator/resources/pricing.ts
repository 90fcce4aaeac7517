import { locations, pricing as prices, serverTypes } from "../catalogue/catalogue.ts";
import type { ApiRouter } from "../http/router.ts";
import { presentServerType, price } from "./catalogue.ts";

export function pricing(router: ApiRouter): void {
  router.get("/pricing", (context) => {
    context.body = {
      pricing: {
        currency: prices.currency,
        vat_rate: prices.vat_rate.toFixed(6),
        image: { price_per_gb_month: price(prices.image_gb_monthly_net) },
        volume: { price_per_gb_month: price(prices.volume_gb_monthly_net) },
        server_backup: { percentage: String(prices.server_backup_percentage) },
        floating_ips: [],
        load_balancer_types: [],
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

const perLocation = (monthly: number) =>
  locations.map((location) => ({
    location: location.name,
    price_hourly: price(monthly / 624),
    price_monthly: price(monthly),
  }));
