from cloud import CloudTest


class PlacementGroups(CloudTest):
    def test_placement_groups_are_made_filled_and_deleted(self):
        made = self.client.placement_groups.create(name="python", type="spread")
        group = made.placement_group
        self.assertIsNone(made.action)
        with self.refused("uniqueness_error"):
            self.client.placement_groups.create(name="python", type="spread")
        with self.refused("invalid_input"):
            self.client.placement_groups.create(name="python-heap", type="heap")
        server = self.server(placement_group=group)
        self.assertEqual(server.placement_group.id, group.id)
        server.remove_from_placement_group().wait_until_finished()
        with self.refused("server_not_stopped"):
            server.add_to_placement_group(group)
        server.power_off().wait_until_finished()
        server.add_to_placement_group(group).wait_until_finished()
        [group] = self.client.placement_groups.get_all(name="python")
        self.assertEqual(group.servers, [server.id])
        server.remove_from_placement_group().wait_until_finished()
        self.assertEqual(group.update(name="python-group").name, "python-group")
        group.delete()
        self.assertIsNone(self.client.placement_groups.get_by_name("python-group"))
