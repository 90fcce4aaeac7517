# Of a subnet nothing can be changed in place.
resource "hcloud_network" "around" {
  name     = "network-subnet"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "this" {
  network_id   = hcloud_network.around.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_network_subnet" "switched" {
  network_id   = hcloud_network.around.id
  type         = "vswitch"
  network_zone = "eu-central"
  ip_range     = "10.0.2.0/24"
  vswitch_id   = 4711
}
