resource "hcloud_uploaded_certificate" "this" {
  name        = "uploaded-${var.generation}"
  certificate = var.certificate
  private_key = var.private_key
  labels      = { generation = tostring(var.generation) }
}

data "hcloud_certificate" "by_name" {
  name       = hcloud_uploaded_certificate.this.name
  depends_on = [hcloud_uploaded_certificate.this]
}

data "hcloud_certificates" "all" {
  with_selector = "generation"
  depends_on    = [hcloud_uploaded_certificate.this]
}
