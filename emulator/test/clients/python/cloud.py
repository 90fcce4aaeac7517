"""What the tests share: clients of the clouds, and short words for what most of them do."""

import os
import socket
import unittest
import uuid

from hcloud import APIException, Client
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.networks import NetworkSubnet
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


def free_port():
    """A port above 1024, which a load balancer may open without root, that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class CloudTest(unittest.TestCase):
    """A test with a client, and with servers and networks of its own."""

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

    def network(self, name, **wishes):
        """Makes a network with one subnet that lasts as long as the test."""
        subnet = NetworkSubnet(type="cloud", network_zone="eu-central", ip_range="10.0.1.0/24")
        network = self.client.networks.create(
            name=name, ip_range="10.0.0.0/16", subnets=[subnet], **wishes
        )
        self.addCleanup(network.delete)
        return network
