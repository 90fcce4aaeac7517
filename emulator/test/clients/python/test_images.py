from cloud import CloudTest


class Images(CloudTest):
    def test_snapshots_are_made_changed_used_and_deleted(self):
        server = self.server()
        made = server.create_image(description="as it was", labels={"python": "snapshot"})
        made.action.wait_until_finished()
        [image] = self.client.images.get_all(type=["snapshot"], label_selector="python=snapshot")
        self.assertEqual((image.id, image.status, image.name), (made.image.id, "available", None))
        self.assertEqual(image.created_from.id, server.id)
        commands = [action.command for action in image.get_actions()]
        self.assertEqual(commands, ["create_image"])
        server.rebuild(image, user_data="#cloud-config\n{}\n").action.wait_until_finished()
        copy = self.server(image=image)
        self.assertEqual(copy.image.id, image.id)
        image.change_protection(delete=True).wait_until_finished()
        with self.refused("protected"):
            image.delete()
        image.change_protection(delete=False).wait_until_finished()
        changed = image.update(description="as it is", labels={})
        self.assertEqual((changed.description, changed.labels), ("as it is", {}))
        image.delete()
        with self.refused("not_found"):
            self.client.images.get_by_id(image.id)

    def test_backups_belong_to_their_server(self):
        server = self.server()
        with self.refused("unsupported_error"):
            server.create_image(type="backup")
        server.enable_backup().wait_until_finished()
        made = server.create_image(type="backup")
        made.action.wait_until_finished()
        [backup] = self.client.images.get_all(bound_to=[str(server.id)])
        self.assertEqual((backup.type, backup.bound_to.id), ("backup", server.id))
        with self.refused("unsupported_error"):
            backup.change_protection(delete=True)
        self.assertEqual(backup.update(type="snapshot").type, "snapshot")
        backup.delete()
        server.disable_backup().wait_until_finished()
