from cloud import CloudTest, connect
from hcloud.locations import Location


class Actions(CloudTest):
    def test_actions_are_polled_until_they_end(self):
        slow = connect("SLOW")
        made = slow.volumes.create(name="python-slow", size=10, location=Location(name="fsn1"))
        self.assertEqual(made.action.status, "running")
        made.action.wait_until_finished(max_retries=1000)
        self.assertEqual(made.action.status, "success")
        self.assertEqual(made.action.progress, 100)
        made.volume.delete()

    def test_an_action_that_takes_too_long_is_given_up(self):
        slow = connect("SLOW", poll_max_retries=1)
        made = slow.volumes.create(name="python-late", size=10, location=Location(name="fsn1"))
        with self.assertRaisesRegex(Exception, "timed out"):
            made.action.wait_until_finished()
        made.action.wait_until_finished(max_retries=1000)
        made.volume.delete()

    def test_actions_are_listed_per_resource(self):
        server = self.server()
        server.power_off().wait_until_finished()
        commands = [action.command for action in server.get_actions(sort="id")]
        self.assertEqual(commands, ["create_server", "start_server", "stop_server"])
