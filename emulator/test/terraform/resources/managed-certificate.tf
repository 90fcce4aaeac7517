resource "hcloud_managed_certificate" "this" {
  name         = "managed-${var.generation}"
  domain_names = [hcloud_zone.own.name, "*.${hcloud_zone.own.name}"]
  labels       = { generation = tostring(var.generation) }
}

resource "hcloud_zone" "own" {
  name = "managed-certificate.test"
  mode = "primary"
}
