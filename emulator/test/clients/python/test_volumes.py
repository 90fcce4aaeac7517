from cloud import CloudTest


class Volumes(CloudTest):
    def test_volumes_are_made_attached_grown_and_deleted(self):
        server = self.server()
        made = self.client.volumes.create(
            name="python", size=10, server=server, format="xfs", automount=True
        )
        for action in [made.action, *made.next_actions]:
            action.wait_until_finished()
        volume = self.client.volumes.get_by_name("python")
        self.assertEqual(volume.server.id, server.id)
        self.assertEqual(volume.linux_device, f"/dev/disk/by-id/scsi-0HC_Volume_{volume.id}")
        with self.refused("resource_in_use"):
            volume.delete()
        volume.detach().wait_until_finished()
        volume.resize(25).wait_until_finished()
        volume.attach(server).wait_until_finished()
        volume.detach().wait_until_finished()
        volume.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            volume.delete()
        volume.change_protection(delete=False).wait_until_finished()
        self.assertEqual(volume.update(name="python-grown").size, 25)
        volume.delete()
        self.assertIsNone(self.client.volumes.get_by_name("python-grown"))
