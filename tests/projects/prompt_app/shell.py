from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion, WordCompleter
from prompt_toolkit.validation import Validator


class Names(Completer):
    def __init__(self):
        self.names = ["one", "two"]

    def extend(self, names):  # expect: unreached
        self.names += names

    def find(self, text):
        return [name for name in self.names if name.startswith(text)]

    def get_completions(self, document, complete_event):
        return (Completion(name) for name in self.find(document.text))


class Known(Validator):
    def validate(self, document):
        return None

    def validate_twice(self, document):  # expect: unreached
        return self.validate(document)


class Words(WordCompleter):
    def of_a_finished_class(self):
        return self.words


def main():
    session = PromptSession(completer=Names(), validator=Known())
    print(session.prompt("> ", completer=Words([])))


if __name__ == "__main__":
    main()
