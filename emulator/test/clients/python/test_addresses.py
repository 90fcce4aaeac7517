from cloud import CloudTest
from hcloud.locations import Location


class PrimaryIps(CloudTest):
    def test_primary_ips_are_made_assigned_and_deleted(self):
        made = self.client.primary_ips.create(
            type="ipv4", name="python", location=Location(name="fsn1"), auto_delete=False
        )
        ip = made.primary_ip
        self.assertIsNone(ip.assignee_id)
        server = self.server()
        server.power_off().wait_until_finished()
        own = server.public_net.primary_ipv4
        own.unassign().wait_until_finished()
        ip.assign(server.id, "server").wait_until_finished()
        with self.refused("must_be_unassigned"):
            ip.delete()
        server.reload()
        self.assertEqual(server.public_net.ipv4.ip, ip.ip)
        ip.unassign().wait_until_finished()
        ip.change_dns_ptr(ip.ip, "python.example.org").wait_until_finished()
        ip = self.client.primary_ips.get_by_id(ip.id)
        self.assertEqual(ip.dns_ptr[0]["dns_ptr"], "python.example.org")
        ip.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            ip.delete()
        ip.change_protection(delete=False).wait_until_finished()
        self.assertTrue(ip.update(auto_delete=True, name="python-ip").auto_delete)
        ip.delete()
        own.delete()


class FloatingIps(CloudTest):
    def test_floating_ips_are_made_moved_and_deleted(self):
        made = self.client.floating_ips.create(
            type="ipv4", name="python-float", home_location=Location(name="fsn1")
        )
        ip = made.floating_ip
        for server in [self.server(), self.server()]:
            ip.assign(server).wait_until_finished()
            server.reload()
            self.assertEqual([own.id for own in server.public_net.floating_ips], [ip.id])
        ip.unassign().wait_until_finished()
        self.assertEqual(ip.update(description="web").description, "web")
        ip.delete()
