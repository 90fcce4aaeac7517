resource "hcloud_zone" "this" {
  name              = "zone.example"
  mode              = "primary"
  ttl               = 3600 * var.generation
  delete_protection = var.generation == 1
  labels            = { generation = tostring(var.generation) }
}

resource "hcloud_zone" "secondary" {
  name = "secondary.example"
  mode = "secondary"
  primary_nameservers = [
    { address = "203.0.113.${var.generation}" },
    {
      address        = "2001:db8::53"
      port           = 5353
      tsig_algorithm = "hmac-sha256"
      tsig_key       = "c2VjcmV0"
    },
  ]
}

data "hcloud_zone" "by_name" {
  name = hcloud_zone.this.name
}

data "hcloud_zone" "by_id" {
  id = hcloud_zone.this.id
}

data "hcloud_zones" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_zone.this]
}
