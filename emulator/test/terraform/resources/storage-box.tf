resource "hcloud_storage_box" "this" {
  name             = "storage-box-${var.generation}"
  storage_box_type = var.generation == 1 ? "bx11" : "bx21"
  location         = "fsn1"
  password         = "Secret-123456-${var.generation}"
  labels           = { generation = tostring(var.generation) }
  access_settings = {
    ssh_enabled = var.generation == 2
  }
  snapshot_plan = {
    max_snapshots = 10
    minute        = 16
    hour          = 18
    day_of_week   = var.generation
  }
}

data "hcloud_storage_box" "by_name" {
  name       = hcloud_storage_box.this.name
  depends_on = [hcloud_storage_box.this]
}

data "hcloud_storage_boxes" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_storage_box.this]
}
