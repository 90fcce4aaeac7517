resource "hcloud_network" "around" {
  name     = "load-balancer-target"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "around" {
  network_id   = hcloud_network.around.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_load_balancer" "around" {
  name               = "load-balancer-target"
  load_balancer_type = "lb11"
  location           = "fsn1"
}

resource "hcloud_load_balancer_network" "around" {
  load_balancer_id = hcloud_load_balancer.around.id
  subnet_id        = hcloud_network_subnet.around.id
}

resource "hcloud_server" "behind" {
  name        = "load-balancer-target"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
  labels      = { app = "web" }
}

resource "hcloud_server_network" "behind" {
  server_id = hcloud_server.behind.id
  subnet_id = hcloud_network_subnet.around.id
}

resource "hcloud_load_balancer_target" "this" {
  load_balancer_id = hcloud_load_balancer.around.id
  type             = "server"
  server_id        = hcloud_server.behind.id
  use_private_ip   = var.generation == 2
  depends_on       = [hcloud_load_balancer_network.around, hcloud_server_network.behind]
}

resource "hcloud_load_balancer_target" "labels" {
  load_balancer_id = hcloud_load_balancer.around.id
  type             = "label_selector"
  label_selector   = "app=web"
}

resource "hcloud_load_balancer_target" "dedicated" {
  load_balancer_id = hcloud_load_balancer.around.id
  type             = "ip"
  ip               = "127.0.0.9"
}

output "import_id" {
  value = "${hcloud_load_balancer.around.id}__server__${hcloud_server.behind.id}"
}
