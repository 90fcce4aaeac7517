resource "hcloud_floating_ip" "this" {
  name          = "floating-ip-${var.generation}"
  type          = "ipv4"
  home_location = "fsn1"
  description   = "generation ${var.generation}"
  labels        = { generation = tostring(var.generation) }
}

resource "hcloud_floating_ip" "of_server" {
  type              = "ipv6"
  server_id         = hcloud_server.owner.id
  delete_protection = var.generation == 1
}

resource "hcloud_server" "owner" {
  name        = "floating-ip"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
}

resource "hcloud_rdns" "of_floating_ip" {
  floating_ip_id = hcloud_floating_ip.this.id
  ip_address     = hcloud_floating_ip.this.ip_address
  dns_ptr        = "float-${var.generation}.example.org"
}

data "hcloud_floating_ip" "by_name" {
  name       = hcloud_floating_ip.this.name
  depends_on = [hcloud_floating_ip.this]
}

data "hcloud_floating_ips" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_floating_ip.this]
}
