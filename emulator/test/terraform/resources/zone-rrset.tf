resource "hcloud_zone" "around" {
  name = "zone-rrset.example"
  mode = "primary"
}

resource "hcloud_zone_rrset" "this" {
  zone              = hcloud_zone.around.name
  name              = "www"
  type              = "A"
  ttl               = var.generation == 1 ? 10800 : null
  change_protection = var.generation == 1
  labels            = { generation = tostring(var.generation) }
  records = [
    { value = "203.0.113.${var.generation}", comment = "generation ${var.generation}" },
    { value = "203.0.113.9" },
  ]
}

resource "hcloud_zone_rrset" "mail" {
  zone    = hcloud_zone.around.id
  name    = "@"
  type    = "MX"
  records = [{ value = "10 mail" }, { value = "20 mail.example.net." }]
}

resource "hcloud_zone_rrset" "text" {
  zone    = hcloud_zone.around.name
  name    = "@"
  type    = "TXT"
  records = [{ value = provider::hcloud::txt_record("v=spf1 -all ${join(" ", [for n in range(60) : "padding"])}") }]
}

# The API's own: taken into the state, never made or deleted.
resource "hcloud_zone_rrset" "soa" {
  zone    = hcloud_zone.around.name
  name    = "@"
  type    = "SOA"
  records = [{ value = "hydrogen.ns.hetzner.com. dns.hetzner.com. 0 86400 10800 3600000 3600" }]
}

data "hcloud_zone_rrset" "by_name" {
  zone = hcloud_zone.around.name
  name = hcloud_zone_rrset.this.name
  type = hcloud_zone_rrset.this.type
}

data "hcloud_zone_rrsets" "all" {
  zone       = hcloud_zone.around.name
  depends_on = [hcloud_zone_rrset.this]
}

output "import_id" { value = "zone-rrset.example/www/A" }
