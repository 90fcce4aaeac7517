import base64
import os
import struct

from cloud import CloudTest


def public_key():
    parts = [b"ssh-ed25519", os.urandom(32)]
    blob = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} python"


class SshKeys(CloudTest):
    def test_ssh_keys_are_made_found_changed_and_deleted(self):
        public = public_key()
        key = self.client.ssh_keys.create(name="python", public_key=public)
        self.assertEqual(key.public_key, public)
        self.assertEqual(self.client.ssh_keys.get_by_fingerprint(key.fingerprint).id, key.id)
        with self.refused("uniqueness_error"):
            self.client.ssh_keys.create(name="python-again", public_key=public)
        self.assertEqual(key.update(name="python-key", labels={"a": ""}).labels, {"a": ""})
        key.delete()
        with self.refused("not_found"):
            self.client.ssh_keys.get_by_id(key.id)
