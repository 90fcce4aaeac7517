import datetime

from cloud import CloudTest
from hcloud.server_types import ServerType


class Servers(CloudTest):
    def test_servers_are_made_read_changed_and_listed(self):
        server = self.server(labels={"tier": "python"})
        self.assertEqual(server.status, "running")
        self.assertEqual(server.location.name, "fsn1")
        self.assertEqual(server.image.name, "debian-12")
        self.assertRegex(server.public_net.ipv4.ip, r"^127\.77\.")
        renamed = server.update(name="python-renamed", labels={"tier": "other"})
        self.assertEqual(renamed.labels, {"tier": "other"})
        found = self.client.servers.get_all(label_selector="tier=other", status=["running"])
        self.assertEqual([one.name for one in found], ["python-renamed"])
        self.assertEqual(self.client.servers.get_by_name("python-renamed").id, server.id)

    def test_servers_obey_their_actions(self):
        server = self.server()
        for act, status in [
            (server.reboot, "running"),
            (server.reset, "running"),
            (server.shutdown, "off"),
            (server.power_on, "running"),
            (server.power_off, "off"),
        ]:
            act().wait_until_finished()
            server.reload()
            self.assertEqual(server.status, status, act.__name__)
        server.change_type(ServerType(name="cx33"), upgrade_disk=False).wait_until_finished()
        server.enable_backup().wait_until_finished()
        address = server.public_net.ipv4.ip
        server.change_dns_ptr(address, "python.example.org").wait_until_finished()
        server.reload()
        self.assertEqual(server.server_type.name, "cx33")
        self.assertEqual(server.primary_disk_size, 40)
        self.assertEqual(server.backup_window, "22-02")
        self.assertEqual(server.public_net.ipv4.dns_ptr, "python.example.org")

    def test_servers_are_protected(self):
        server = self.server()
        server.change_protection(delete=True, rebuild=True).wait_until_finished()
        with self.refused("protected"):
            server.delete()
        server.change_protection(delete=False, rebuild=False).wait_until_finished()

    def test_servers_are_watched_and_rescued(self):
        server = self.server()
        end = datetime.datetime.now(datetime.timezone.utc)
        start = end - datetime.timedelta(minutes=5)
        metrics = server.get_metrics(["cpu", "disk"], start, end).metrics
        self.assertIn("cpu", metrics.time_series)
        self.assertIn("disk.0.iops.read", metrics.time_series)
        console = server.request_console()
        console.action.wait_until_finished()
        self.assertRegex(console.wss_url, "^ws")
        rescue = server.enable_rescue(type="linux64")
        rescue.action.wait_until_finished()
        self.assertTrue(rescue.root_password)
        server.reload()
        self.assertTrue(server.rescue_enabled)
        server.disable_rescue().wait_until_finished()
        reset = server.reset_password()
        reset.action.wait_until_finished()
        self.assertNotEqual(reset.root_password, rescue.root_password)
