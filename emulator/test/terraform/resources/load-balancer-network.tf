resource "hcloud_network" "around" {
  name     = "load-balancer-network"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "around" {
  network_id   = hcloud_network.around.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_load_balancer" "member" {
  name               = "load-balancer-network"
  load_balancer_type = "lb11"
  location           = "fsn1"
}

resource "hcloud_load_balancer_network" "this" {
  load_balancer_id        = hcloud_load_balancer.member.id
  network_id              = hcloud_network.around.id
  ip                      = "10.0.1.9"
  enable_public_interface = var.generation == 1
  depends_on              = [hcloud_network_subnet.around]
}
