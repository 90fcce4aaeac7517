resource "hcloud_floating_ip_assignment" "this" {
  floating_ip_id = hcloud_floating_ip.moved.id
  server_id      = hcloud_server.either[var.generation - 1].id
}

resource "hcloud_floating_ip" "moved" {
  name          = "floating-ip-assignment"
  type          = "ipv4"
  home_location = "fsn1"
}

resource "hcloud_server" "either" {
  count       = 2
  name        = "floating-ip-assignment-${count.index}"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
}

output "import_id" { value = hcloud_floating_ip.moved.id }
