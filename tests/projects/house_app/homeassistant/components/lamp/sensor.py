from homeassistant.components.lamp import connect

PLATFORM_SCHEMA = {}
OLD_SCHEMA = {}  # expect: unreached


async def async_setup_entry(hass, entry, add):
    add([Brightness(await connect(entry))])


class Brightness:
    def __init__(self, lamp):
        self.lamp = lamp

    def dimmed(self):  # expect: unreached
        return self.lamp


class Colour(Brightness):  # expect: unreached
    pass
