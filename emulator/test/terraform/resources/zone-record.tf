resource "hcloud_zone" "around" {
  name = "zone-record.example"
  mode = "primary"
}

resource "hcloud_zone_record" "this" {
  zone    = hcloud_zone.around.name
  name    = "www"
  type    = "A"
  value   = "203.0.113.1"
  comment = "generation ${var.generation}"
}

# Of the same set, made and removed at the same time.
resource "hcloud_zone_record" "other" {
  zone  = hcloud_zone.around.name
  name  = "www"
  type  = "A"
  value = "203.0.113.2"
}
