resource "hcloud_firewall" "this" {
  name   = "firewall-${var.generation}"
  labels = { generation = tostring(var.generation) }

  dynamic "rule" {
    for_each = var.generation == 1 ? ["22", "80-85"] : ["22", "443"]
    content {
      direction   = "in"
      protocol    = "tcp"
      port        = rule.value
      source_ips  = ["0.0.0.0/0", "::/0"]
      description = "port ${rule.value}"
    }
  }
  rule {
    direction       = "out"
    protocol        = "icmp"
    destination_ips = ["192.0.2.1/32"]
  }
  apply_to {
    label_selector = "tier=t${var.generation}"
  }
}

data "hcloud_firewall" "by_id" {
  id = hcloud_firewall.this.id
}

data "hcloud_firewalls" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_firewall.this]
}
