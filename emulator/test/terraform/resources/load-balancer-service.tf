# The ports are ones that need no root to listen on.
resource "hcloud_load_balancer" "around" {
  name               = "load-balancer-service"
  load_balancer_type = "lb11"
  network_zone       = "eu-central"
}

resource "hcloud_load_balancer_service" "this" {
  load_balancer_id = hcloud_load_balancer.around.id
  protocol         = "http"
  listen_port      = 28080
  destination_port = 8080 + var.generation
  proxyprotocol    = var.generation == 2
  http {
    sticky_sessions = true
    cookie_name     = "SESSION${var.generation}"
    cookie_lifetime = 600
    timeout_idle    = 60
  }
  health_check {
    protocol = "http"
    port     = 8080
    interval = 10 * var.generation
    timeout  = 5
    retries  = 2
    http {
      domain       = "example.org"
      path         = "/up"
      response     = "ok"
      tls          = false
      status_codes = ["2??", "301"]
    }
  }
}

resource "hcloud_load_balancer_service" "plain" {
  load_balancer_id = hcloud_load_balancer.around.id
  protocol         = "tcp"
  listen_port      = 28022
  destination_port = 22
}
