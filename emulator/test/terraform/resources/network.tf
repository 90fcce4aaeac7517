resource "hcloud_network" "this" {
  name                     = "network-${var.generation}"
  ip_range                 = "10.0.0.0/16"
  expose_routes_to_vswitch = var.generation == 2
  delete_protection        = var.generation == 1
  labels                   = { generation = tostring(var.generation) }
}

data "hcloud_network" "by_name" {
  name       = hcloud_network.this.name
  depends_on = [hcloud_network.this]
}

data "hcloud_networks" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_network.this]
}
