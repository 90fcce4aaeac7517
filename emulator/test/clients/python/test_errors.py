from cloud import CloudTest, connect
from hcloud import APIException
from hcloud.locations import Location


class Errors(CloudTest):
    def test_a_wrong_token_is_refused(self):
        with self.refused("unauthorized"):
            connect(token="x" * 64).servers.get_all()

    def test_wrong_input_names_its_fields(self):
        with self.refused("invalid_input") as caught:
            self.client.volumes.create(name="small", size=1, location=Location(name="fsn1"))
        self.assertEqual(caught.exception.details["fields"][0]["name"], "size")

    def test_what_does_not_exist_is_not_found(self):
        with self.assertRaises(APIException) as caught:
            self.client.servers.get_by_id(42)
        self.assertEqual(caught.exception.code, "not_found")
        self.assertIsNotNone(caught.exception.correlation_id)

    def test_too_many_requests_are_limited(self):
        # The client tries again by itself, for more than ten seconds: its last answer is the error.
        limited = connect("LIMITED", poll_max_retries=1)
        limited._client._retry_max_retries = 0
        with self.refused("rate_limit_exceeded"):
            for _ in range(100):
                limited.locations.get_list()
