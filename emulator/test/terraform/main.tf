# What a stack of Onebox uses, and what surrounds it; `generation` drives changes in place.
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
variable "generation" {
  type    = number
  default = 1
}

locals {
  labels = { generation = tostring(var.generation) }
}

resource "hcloud_ssh_key" "this" {
  name       = "key-${var.generation}"
  public_key = var.public_key
  labels     = local.labels
}

resource "hcloud_firewall" "this" {
  name   = "firewall-${var.generation}"
  labels = local.labels
  dynamic "rule" {
    for_each = var.generation == 1 ? ["22", "80", "443"] : ["22", "443"]
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
  name              = "address-${var.generation}"
  type              = "ipv4"
  location          = "fsn1"
  auto_delete       = false
  delete_protection = var.generation == 1
  labels            = local.labels
}

resource "hcloud_volume" "this" {
  name     = "data-${var.generation}"
  size     = 10 * var.generation
  location = "fsn1"
  format   = "ext4"
  labels   = local.labels
}

resource "hcloud_server" "this" {
  name         = "server-${var.generation}"
  server_type  = var.generation == 1 ? "cx23" : "cx33"
  keep_disk    = true
  image        = "docker-ce"
  location     = "fsn1"
  ssh_keys     = [hcloud_ssh_key.this.id]
  firewall_ids = [hcloud_firewall.this.id]
  backups      = var.generation == 2
  user_data    = "#cloud-config\n{}\n"
  labels       = local.labels
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
  dns_ptr       = "server-${var.generation}.example.org"
}

data "hcloud_location" "fsn1" { name = "fsn1" }
data "hcloud_server_type" "cx23" { name = "cx23" }
data "hcloud_image" "docker" {
  name              = "docker-ce"
  with_architecture = "x86"
}

output "address" { value = hcloud_primary_ip.this.ip_address }
output "server" { value = hcloud_server.this.id }
output "ids" {
  value = {
    key      = hcloud_ssh_key.this.id
    firewall = hcloud_firewall.this.id
    address  = hcloud_primary_ip.this.id
    volume   = hcloud_volume.this.id
    server   = hcloud_server.this.id
  }
}
