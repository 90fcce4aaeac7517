"""What the tests share: clients of the clouds, and short words for what most of them do."""

import os
import unittest
import uuid

from hcloud import APIException, Client
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.server_types import ServerType


def connect(prefix="HCLOUD", **options):
    """Opens the cloud that PREFIX_ENDPOINT and PREFIX_TOKEN name; SLOW takes its time."""
    options.setdefault("token", os.environ[f"{prefix}_TOKEN"])
    options.setdefault("poll_interval", 0.01)
    return Client(
        api_endpoint=os.environ[f"{prefix}_ENDPOINT"],
        application_name="onebox-tests",
        **options,
    )


class CloudTest(unittest.TestCase):
    """A test with a client and servers of its own."""

    def setUp(self):
        self.client = connect()

    def refused(self, code):
        """Expects an error of the API with this code from the block."""
        return self.assertRaisesRegex(APIException, rf"\({code}, ")

    def server(self, **wishes):
        """Makes a server that lasts as long as the test."""
        made = self.client.servers.create(
            **{
                "name": f"python-{uuid.uuid4().hex[:8]}",
                "server_type": ServerType(name="cx23"),
                "image": Image(name="debian-12"),
                "location": Location(name="fsn1"),
                **wishes,
            }
        )
        for action in [made.action, *made.next_actions]:
            action.wait_until_finished()
        self.addCleanup(lambda: made.server.delete().wait_until_finished())
        return self.client.servers.get_by_id(made.server.id)
