resource "hcloud_network" "around" {
  name     = "server-network"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "around" {
  network_id   = hcloud_network.around.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_server" "member" {
  name        = "server-network"
  server_type = "cx23"
  image       = "debian-12"
  location    = "hel1"
}

resource "hcloud_server_network" "this" {
  server_id  = hcloud_server.member.id
  network_id = hcloud_network.around.id
  ip         = "10.0.1.5"
  alias_ips  = ["10.0.1.${5 + var.generation}"]
  depends_on = [hcloud_network_subnet.around]
}

# The address and the network of a server that is made in one.
resource "hcloud_server" "born" {
  name        = "server-network-born"
  server_type = "cx23"
  image       = "debian-12"
  location    = "hel1"
  network {
    network_id = hcloud_network.around.id
    ip         = "10.0.1.20"
    alias_ips  = []
  }
  depends_on = [hcloud_network_subnet.around]
}
