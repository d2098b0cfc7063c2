from ansible.errors import AnsibleFilterError


class FilterModule:
    def filters(self):
        return {"shout": self.shout}

    def shout(self, text):
        if not text:
            raise AnsibleFilterError("nothing to shout")
        return text.upper()

    def whisper(self, text):  # expect: unreached
        return text.lower()
