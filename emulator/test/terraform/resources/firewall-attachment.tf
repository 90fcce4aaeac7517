resource "hcloud_firewall_attachment" "this" {
  firewall_id     = hcloud_firewall.attached.id
  server_ids      = var.generation == 1 ? [hcloud_server.guarded[0].id] : hcloud_server.guarded[*].id
  label_selectors = var.generation == 1 ? ["layer=web"] : ["layer=web", "layer=db"]
}

resource "hcloud_firewall" "attached" {
  name = "firewall-attachment"
}

resource "hcloud_server" "guarded" {
  count       = 2
  name        = "firewall-attachment-${count.index}"
  server_type = "cx23"
  image       = "debian-12"
}
