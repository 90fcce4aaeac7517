from cloud import CloudTest
from hcloud.networks import NetworkMember, NetworkRoute, NetworkSubnet


def subnet(ip_range):
    return NetworkSubnet(type="cloud", network_zone="eu-central", ip_range=ip_range)


class Networks(CloudTest):
    def test_networks_are_made_extended_protected_and_deleted(self):
        network = self.network("python", routes=[NetworkRoute("10.100.1.0/24", "10.0.1.1")])
        self.assertEqual((network.ip_range, network.servers), ("10.0.0.0/16", []))
        with self.refused("uniqueness_error"):
            self.client.networks.create(name="python", ip_range="10.1.0.0/16")
        route = NetworkRoute("10.100.2.0/24", "10.0.1.9")
        network.add_route(route).wait_until_finished()
        network.add_subnet(subnet("10.0.2.0/24")).wait_until_finished()
        with self.refused("invalid_input"):
            network.add_subnet(subnet("192.168.0.0/24"))
        network = self.client.networks.get_by_name("python")
        self.assertEqual([s.ip_range for s in network.subnets], ["10.0.1.0/24", "10.0.2.0/24"])
        self.assertEqual({s.gateway for s in network.subnets}, {"10.0.0.1"})
        self.assertEqual(len(network.routes), 2)
        network.delete_route(route).wait_until_finished()
        network.delete_subnet(subnet("10.0.2.0/24")).wait_until_finished()
        network.change_ip_range("10.0.0.0/15").wait_until_finished()
        network.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            network.delete()
        network.change_protection(delete=False).wait_until_finished()
        changed = network.update(name="python-network", labels={"a": "b"})
        self.assertEqual((changed.ip_range, changed.labels), ("10.0.0.0/15", {"a": "b"}))
        self.assertEqual(len(changed.subnets) + len(changed.routes), 2)

    def test_servers_join_change_their_addresses_and_leave(self):
        network = self.network("python-joined")
        server = self.server()
        server.attach_to_network(network, ip="10.0.1.5").wait_until_finished()
        with self.refused("server_already_attached"):
            server.attach_to_network(network)
        other = self.server()
        with self.refused("ip_not_available"):
            other.attach_to_network(network, ip="10.0.1.5")
        server.change_alias_ips(network, ["10.0.1.50"]).wait_until_finished()
        server.reload()
        private = server.private_net_for(network)
        self.assertEqual((private.ip, private.alias_ips), ("10.0.1.5", ["10.0.1.50"]))
        [member] = network.get_member_all(type=[NetworkMember.TYPE_SERVER])
        self.assertEqual((member.id, member.status), (server.id, NetworkMember.STATUS_OK))
        self.assertEqual(member.subnet, "10.0.1.0/24")
        with self.refused("service_error"):
            network.delete_subnet(subnet("10.0.1.0/24"))
        server.detach_from_network(network).wait_until_finished()
        self.assertEqual(network.get_member_all(), [])
        joined = self.server(networks=[network])
        self.assertEqual(joined.private_net[0].network.id, network.id)
