from textual import on, work
from textual.app import App, ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static


class Clock(Static):
    seconds = reactive(0)

    def compute_minutes(self):
        return self.seconds // 60

    def watch_seconds(self, value):
        self.update(self.shown(value))

    def validate_seconds(self, value):
        return value

    def shown(self, value):
        return str(value)

    def hidden(self):  # expect: unreached
        return ""


class Confirm(ModalScreen):
    def compose(self) -> ComposeResult:
        yield Button("yes")

    @on(Button.Pressed, "#yes")
    def confirmed(self):
        self.dismiss(True)

    @on(Button.Pressed)
    def any_pressed(self):
        self.dismiss(False)

    def denied(self):  # expect: unreached
        return None


class Track(Widget):
    class Chosen(Message):
        def __init__(self, track):
            super().__init__()
            self.track = track

        @property
        def control(self):
            return self.track

    class Dropped(Message):  # expect: unreached
        pass

    def render(self):
        return "track"

    def on_click(self):
        self.post_message(self.Chosen(self))

    def rewind(self):  # expect: unreached
        return None


class Player(App):
    BINDINGS = [("q", "quit_player", "Quit")]
    CSS_PATH = "player.tcss"

    def compose(self) -> ComposeResult:
        yield Clock()
        yield Track()

    def on_mount(self):
        self.set_interval(1, self.tick)
        self.loaded()

    def on_track_chosen(self, event):
        self.push_screen(Confirm())

    def action_quit_player(self):
        self.exit()

    def tick(self):
        return None

    def tock(self):  # expect: unreached
        return None

    @work(thread=True)
    def loaded(self):
        return None

    @work
    async def reloaded(self):  # expect: unreached
        return None


class OldPlayer(App):  # expect: unreached
    def on_mount(self):
        return None


if __name__ == "__main__":
    Player().run()
