resource "hcloud_placement_group" "this" {
  name   = "placement-group-${var.generation}"
  type   = "spread"
  labels = { generation = tostring(var.generation) }
}

resource "hcloud_server" "member" {
  name                       = "placement-group"
  server_type                = "cx23"
  image                      = "debian-12"
  location                   = "fsn1"
  placement_group_id         = hcloud_placement_group.this.id
  shutdown_before_deletion   = false
  ignore_remote_firewall_ids = true
  # A group that is replaced is gone while its servers still run.
  lifecycle { replace_triggered_by = [hcloud_placement_group.this.id] }
}

data "hcloud_placement_group" "by_name" {
  name       = hcloud_placement_group.this.name
  depends_on = [hcloud_placement_group.this]
}

data "hcloud_placement_groups" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_placement_group.this]
}
