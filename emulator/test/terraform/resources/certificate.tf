resource "hcloud_certificate" "this" {
  name        = "certificate-${var.generation}"
  certificate = var.certificate
  private_key = var.private_key
}
