resource "hcloud_volume" "this" {
  name              = "volume-${var.generation}"
  size              = 10 * var.generation
  format            = "ext4"
  server_id         = hcloud_server.owner[var.generation - 1].id
  automount         = true
  delete_protection = var.generation == 1
  labels            = { generation = tostring(var.generation) }
  lifecycle {
    # The provider does not read these, so an import does not know them.
    ignore_changes = [automount, format]
  }
}

resource "hcloud_server" "owner" {
  count       = 2
  name        = "volume-${count.index}"
  server_type = "cx23"
  image       = "debian-12"
  location    = "nbg1"
}

data "hcloud_volume" "by_name" {
  name       = hcloud_volume.this.name
  depends_on = [hcloud_volume.this]
}

data "hcloud_volumes" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_volume.this]
}
