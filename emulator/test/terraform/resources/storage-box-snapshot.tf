resource "hcloud_storage_box_snapshot" "this" {
  storage_box_id = hcloud_storage_box.saved.id
  description    = "generation ${var.generation}"
  labels         = { generation = tostring(var.generation) }
}

resource "hcloud_storage_box" "saved" {
  name             = "storage-box-snapshot"
  storage_box_type = "bx11"
  location         = "fsn1"
  password         = "Secret-123456"
}

data "hcloud_storage_box_snapshot" "by_name" {
  storage_box_id = hcloud_storage_box.saved.id
  name           = hcloud_storage_box_snapshot.this.name
  depends_on     = [hcloud_storage_box_snapshot.this]
}

data "hcloud_storage_box_snapshots" "all" {
  storage_box_id = hcloud_storage_box.saved.id
  with_selector  = "generation"
  depends_on     = [hcloud_storage_box_snapshot.this]
}

output "import_id" {
  value = "${hcloud_storage_box.saved.id}/${hcloud_storage_box_snapshot.this.id}"
}
