# Of a route nothing can be changed in place.
resource "hcloud_network" "around" {
  name     = "network-route"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_route" "this" {
  network_id  = hcloud_network.around.id
  destination = "10.100.1.0/24"
  gateway     = "10.0.1.1"
}
