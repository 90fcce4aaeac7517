resource "hcloud_snapshot" "this" {
  server_id   = hcloud_server.origin.id
  description = "generation ${var.generation}"
  labels      = { generation = tostring(var.generation) }
}

resource "hcloud_server" "origin" {
  name        = "snapshot-origin"
  server_type = "cx23"
  image       = "docker-ce"
  location    = "fsn1"
}

resource "hcloud_server" "copy" {
  name        = "snapshot-copy"
  server_type = "cx23"
  image       = hcloud_snapshot.this.id
  location    = "fsn1"
}
