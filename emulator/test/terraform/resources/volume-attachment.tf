# Of an attachment nothing can be changed in place.
resource "hcloud_volume_attachment" "this" {
  volume_id = hcloud_volume.attached.id
  server_id = hcloud_server.owner.id
}

resource "hcloud_volume" "attached" {
  name     = "volume-attachment"
  size     = 10
  location = "hel1"
}

resource "hcloud_server" "owner" {
  name        = "volume-attachment"
  server_type = "cx23"
  image       = "debian-12"
  location    = "hel1"
}
