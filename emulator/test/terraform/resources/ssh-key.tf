resource "hcloud_ssh_key" "this" {
  name       = "ssh-key-${var.generation}"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEyTCg8mSPTn5Y0kW5IEdU1bKk3vIhrM1f7gHOzTBRBx someone"
  labels     = { generation = tostring(var.generation) }
}

data "hcloud_ssh_key" "by_name" {
  name = hcloud_ssh_key.this.name
}

data "hcloud_ssh_key" "by_fingerprint" {
  fingerprint = hcloud_ssh_key.this.fingerprint
}

data "hcloud_ssh_keys" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_ssh_key.this]
}
