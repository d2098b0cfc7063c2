from PySide6.QtCore import QThread, Slot
from PySide6.QtWidgets import QApplication, QPushButton, QWidget


class Loader(QThread):
    def run(self):
        self.load_rows()

    def load_rows(self):
        return []

    def load_nothing(self):  # expect: unreached
        return []


class Window(QWidget):
    def __init__(self):
        super().__init__()
        QPushButton("go", self).clicked.connect(self.started)

    def closeEvent(self, event):
        event.accept()

    @Slot()
    def started(self):
        Loader().start()

    def stopped_before(self):  # expect: unreached
        return None


class OldWindow(QWidget):  # expect: unreached
    def paintEvent(self, event):
        return None


if __name__ == "__main__":
    QApplication([])
    Window().show()
