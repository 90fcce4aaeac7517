import datetime

from cloud import CloudTest, free_port
from hcloud.load_balancer_types import LoadBalancerType
from hcloud.load_balancers import (
    LoadBalancerAlgorithm,
    LoadBalancerHealthCheck,
    LoadBalancerHealthCheckHttp,
    LoadBalancerService,
    LoadBalancerServiceHttp,
    LoadBalancerTarget,
    LoadBalancerTargetLabelSelector,
)
from hcloud.locations import Location


class LoadBalancers(CloudTest):
    def balancer(self, **wishes):
        """Makes a load balancer that lasts as long as the test."""
        made = self.client.load_balancers.create(
            **{
                "name": "python",
                "load_balancer_type": LoadBalancerType(name="lb11"),
                "location": Location(name="fsn1"),
                **wishes,
            }
        )
        self.addCleanup(lambda: made.load_balancer.delete().action.wait_until_finished())
        made.action.wait_until_finished()
        return made.load_balancer

    def test_load_balancers_have_services_and_targets(self):
        port = free_port()
        check = LoadBalancerHealthCheck(
            protocol="http",
            port=8080,
            interval=15,
            timeout=10,
            retries=3,
            http=LoadBalancerHealthCheckHttp(path="/healthz", status_codes=["2??"], tls=False),
        )
        service = LoadBalancerService(
            protocol="http",
            listen_port=port,
            destination_port=8080,
            proxyprotocol=False,
            health_check=check,
            http=LoadBalancerServiceHttp(sticky_sessions=True, cookie_name="stay"),
        )
        balancer = self.balancer(services=[service], algorithm=LoadBalancerAlgorithm("round_robin"))
        with self.refused("source_port_already_used"):
            balancer.add_service(service)
        service.destination_port = 8081
        balancer.update_service(service).wait_until_finished()
        server = self.server()
        target = LoadBalancerTarget(type="server", server=server, use_private_ip=False)
        selector = LoadBalancerTargetLabelSelector("tier=none")
        balancer.add_target(target).wait_until_finished()
        with self.refused("target_already_defined"):
            balancer.add_target(target)
        chosen = LoadBalancerTarget(type="label_selector", label_selector=selector)
        balancer.add_target(chosen).wait_until_finished()

        now = self.client.load_balancers.get_by_name("python")
        self.assertEqual(now.services[0].destination_port, 8081)
        self.assertEqual(now.services[0].http.cookie_name, "stay")
        self.assertEqual(now.services[0].health_check.http.status_codes, ["2??"])
        self.assertEqual([one.type for one in now.targets], ["server", "label_selector"])
        self.assertEqual(now.targets[0].health_status[0].listen_port, port)
        balancer.remove_target(target).wait_until_finished()
        balancer.remove_target(chosen).wait_until_finished()
        balancer.delete_service(service).wait_until_finished()
        balancer.reload()
        self.assertEqual((balancer.services, balancer.targets), ([], []))

    def test_load_balancers_join_networks_and_change(self):
        network = self.network("python-balanced")
        balancer = self.balancer(name="python-inside", network=network, public_interface=False)
        self.assertEqual(balancer.private_net_for(network).ip, "10.0.1.1")
        self.assertFalse(balancer.public_net.enabled)
        balancer.enable_public_interface().wait_until_finished()
        balancer.disable_public_interface().wait_until_finished()
        balancer.detach_from_network(network).wait_until_finished()
        balancer.attach_to_network(network, ip="10.0.1.7").wait_until_finished()
        with self.refused("load_balancer_already_attached"):
            balancer.attach_to_network(network)
        balancer.change_algorithm(LoadBalancerAlgorithm("least_connections")).wait_until_finished()
        balancer.change_type(LoadBalancerType(name="lb21")).wait_until_finished()
        address = balancer.public_net.ipv4.ip
        balancer.change_dns_ptr(address, "python.example.org").wait_until_finished()
        balancer.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            balancer.delete()
        balancer.change_protection(delete=False).wait_until_finished()
        self.assertEqual(balancer.update(labels={"a": "b"}).labels, {"a": "b"})
        balancer.reload()
        self.assertEqual(balancer.load_balancer_type.name, "lb21")
        self.assertEqual(balancer.algorithm.type, "least_connections")
        self.assertEqual(balancer.public_net.ipv4.dns_ptr, "python.example.org")
        self.assertEqual(balancer.private_net[0].ip, "10.0.1.7")
        end = datetime.datetime.now(datetime.timezone.utc)
        start = end - datetime.timedelta(minutes=5)
        metrics = balancer.get_metrics("open_connections", start, end).metrics
        self.assertEqual(list(metrics.time_series), ["open_connections"])
