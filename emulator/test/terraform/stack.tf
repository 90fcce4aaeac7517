# A server with all that stands around one: what resources of several types do to each other.
terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}

provider "hcloud" {
  poll_interval = "10ms"
  poll_function = "constant"
}

variable "public_key" { type = string }

resource "hcloud_ssh_key" "this" {
  name       = "key"
  public_key = var.public_key
}

resource "hcloud_firewall" "this" {
  name = "firewall"
  dynamic "rule" {
    for_each = ["22", "80", "443"]
    content {
      direction  = "in"
      protocol   = "tcp"
      port       = rule.value
      source_ips = ["0.0.0.0/0", "::/0"]
    }
  }
  rule {
    direction  = "in"
    protocol   = "icmp"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_primary_ip" "this" {
  name        = "address"
  type        = "ipv4"
  location    = "fsn1"
  auto_delete = false
}

resource "hcloud_volume" "this" {
  name     = "data"
  size     = 10
  location = "fsn1"
  format   = "ext4"
}

resource "hcloud_server" "this" {
  name         = "server"
  server_type  = "cx23"
  image        = "docker-ce"
  location     = "fsn1"
  ssh_keys     = [hcloud_ssh_key.this.id]
  firewall_ids = [hcloud_firewall.this.id]
  user_data    = "#cloud-config\n{}\n"
  public_net {
    ipv4_enabled = true
    ipv4         = hcloud_primary_ip.this.id
    ipv6_enabled = true
  }
  lifecycle { ignore_changes = [ssh_keys] }
}

resource "hcloud_volume_attachment" "this" {
  volume_id = hcloud_volume.this.id
  server_id = hcloud_server.this.id
  automount = true
}

resource "hcloud_rdns" "this" {
  primary_ip_id = hcloud_primary_ip.this.id
  ip_address    = hcloud_primary_ip.this.ip_address
  dns_ptr       = "server.example.org"
}

output "address" { value = hcloud_primary_ip.this.ip_address }
output "server" { value = hcloud_server.this.id }
output "volume" { value = hcloud_volume.this.id }
