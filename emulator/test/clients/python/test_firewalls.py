from cloud import CloudTest
from hcloud.firewalls import FirewallResource, FirewallResourceLabelSelector, FirewallRule


def rule(port):
    return FirewallRule(direction="in", protocol="tcp", port=port, source_ips=["0.0.0.0/0", "::/0"])


class Firewalls(CloudTest):
    def test_firewalls_are_made_applied_and_removed(self):
        server = self.server()
        made = self.client.firewalls.create(name="python", rules=[rule("22")])
        firewall = made.firewall
        targets = [
            FirewallResource(type="server", server=server),
            FirewallResource(
                type="label_selector", label_selector=FirewallResourceLabelSelector("tier=web")
            ),
        ]
        for action in firewall.apply_to_resources(targets):
            action.wait_until_finished()
        with self.refused("firewall_already_applied"):
            firewall.apply_to_resources(targets[:1])
        with self.refused("resource_in_use"):
            firewall.delete()
        server.reload()
        self.assertEqual(server.public_net.firewalls[0].firewall.id, firewall.id)
        for action in firewall.set_rules([rule("80-443")]):
            action.wait_until_finished()
        firewall = self.client.firewalls.get_by_name("python")
        self.assertEqual(firewall.rules[0].port, "80-443")
        self.assertEqual(len(firewall.applied_to), 2)
        for action in firewall.remove_from_resources(targets):
            action.wait_until_finished()
        self.assertEqual(firewall.update(name="python-firewall").name, "python-firewall")
        firewall.delete()
