resource "hcloud_primary_ip" "this" {
  name              = "primary-ip-${var.generation}"
  type              = "ipv4"
  location          = "fsn1"
  auto_delete       = var.generation == 2
  delete_protection = var.generation == 1
  labels            = { generation = tostring(var.generation) }
}

data "hcloud_primary_ip" "by_address" {
  ip_address = hcloud_primary_ip.this.ip_address
}

data "hcloud_primary_ips" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_primary_ip.this]
}
