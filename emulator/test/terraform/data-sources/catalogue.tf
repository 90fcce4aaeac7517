data "hcloud_location" "one" { name = "fsn1" }
data "hcloud_locations" "all" {}
data "hcloud_server_type" "one" { name = "cx23" }
data "hcloud_server_types" "all" {}
data "hcloud_image" "one" {
  name              = "docker-ce"
  with_architecture = "x86"
}
data "hcloud_images" "all" {
  with_architecture = ["x86"]
}
data "hcloud_load_balancer_type" "one" { name = "lb11" }
data "hcloud_load_balancer_types" "all" {}
data "hcloud_storage_box_type" "one" { name = "bx11" }
data "hcloud_storage_box_types" "all" {}
