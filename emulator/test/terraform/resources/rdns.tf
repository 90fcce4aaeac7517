resource "hcloud_rdns" "this" {
  primary_ip_id = hcloud_primary_ip.named.id
  ip_address    = hcloud_primary_ip.named.ip_address
  dns_ptr       = "host-${var.generation}.example.org"
}

resource "hcloud_rdns" "of_server" {
  server_id  = hcloud_server.named.id
  ip_address = hcloud_server.named.ipv6_address
  dns_ptr    = "server.example.org"
}

resource "hcloud_primary_ip" "named" {
  name        = "rdns"
  type        = "ipv4"
  location    = "fsn1"
  auto_delete = false
}

resource "hcloud_server" "named" {
  name        = "rdns"
  server_type = "cx23"
  image       = "debian-12"
}

output "import_id" {
  value = "p-${hcloud_primary_ip.named.id}-${hcloud_primary_ip.named.ip_address}"
}
