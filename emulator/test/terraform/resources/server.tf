resource "hcloud_server" "this" {
  name               = "server-${var.generation}"
  server_type        = var.generation == 1 ? "cx23" : "cx33"
  keep_disk          = true
  image              = "docker-ce"
  location           = "fsn1"
  ssh_keys           = [hcloud_ssh_key.login.id]
  user_data          = "#cloud-config\n{}\n"
  backups            = var.generation == 2
  firewall_ids       = [hcloud_firewall.rules[var.generation - 1].id]
  delete_protection  = var.generation == 1
  rebuild_protection = var.generation == 1
  labels             = { generation = tostring(var.generation) }

  lifecycle {
    # The API does not tell these, so an import does not know them.
    ignore_changes = [
      ssh_keys, user_data, keep_disk, ignore_remote_firewall_ids, shutdown_before_deletion,
    ]
  }
}

# Its addresses are changed in place. Apart from the first, because an import does not know them either.
resource "hcloud_server" "moving" {
  name        = "server-moving"
  server_type = "cx23"
  image       = "debian-12"
  location    = "fsn1"
  public_net {
    ipv4_enabled = true
    ipv4         = hcloud_primary_ip.address[var.generation - 1].id
    ipv6_enabled = var.generation == 1
  }
}

resource "hcloud_ssh_key" "login" {
  name       = "server"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOZ1CkOVGvYF4mZxUTr5JmVgTbLdF3qkN0nqQqU3wz1p someone"
}

resource "hcloud_firewall" "rules" {
  count = 2
  name  = "server-${count.index}"
}

resource "hcloud_primary_ip" "address" {
  count       = 2
  name        = "server-${count.index}"
  type        = "ipv4"
  location    = "fsn1"
  auto_delete = false
}

data "hcloud_server" "by_name" {
  name       = hcloud_server.this.name
  depends_on = [hcloud_server.this]
}

data "hcloud_servers" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_server.this]
}
