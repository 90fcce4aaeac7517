resource "hcloud_storage_box_subaccount" "this" {
  storage_box_id = hcloud_storage_box.shared.id
  name           = "subaccount-${var.generation}"
  home_directory = "generation-${var.generation}"
  password       = "Secret-123456-${var.generation}"
  labels         = { generation = tostring(var.generation) }
  access_settings = {
    readonly = var.generation == 1
  }
}

resource "hcloud_storage_box" "shared" {
  name             = "storage-box-subaccount"
  storage_box_type = "bx11"
  location         = "fsn1"
  password         = "Secret-123456"
}

data "hcloud_storage_box_subaccount" "by_username" {
  storage_box_id = hcloud_storage_box.shared.id
  username       = hcloud_storage_box_subaccount.this.username
  depends_on     = [hcloud_storage_box_subaccount.this]
}

data "hcloud_storage_box_subaccounts" "all" {
  storage_box_id = hcloud_storage_box.shared.id
  with_selector  = "generation"
  depends_on     = [hcloud_storage_box_subaccount.this]
}

output "import_id" {
  value = "${hcloud_storage_box.shared.id}/${hcloud_storage_box_subaccount.this.id}"
}
