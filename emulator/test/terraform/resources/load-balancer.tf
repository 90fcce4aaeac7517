resource "hcloud_load_balancer" "this" {
  name               = "load-balancer-${var.generation}"
  load_balancer_type = var.generation == 1 ? "lb11" : "lb21"
  location           = "fsn1"
  delete_protection  = var.generation == 1
  labels             = { generation = tostring(var.generation) }
  algorithm {
    type = var.generation == 1 ? "round_robin" : "least_connections"
  }
}

resource "hcloud_rdns" "front" {
  load_balancer_id = hcloud_load_balancer.this.id
  ip_address       = hcloud_load_balancer.this.ipv4
  dns_ptr          = "front.example.org"
}

data "hcloud_load_balancer" "by_name" {
  name       = hcloud_load_balancer.this.name
  depends_on = [hcloud_load_balancer.this]
}

data "hcloud_load_balancers" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_load_balancer.this]
}
