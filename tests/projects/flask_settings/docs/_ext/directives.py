from docutils import nodes


class Note(nodes.General):
    pass


def setup(app):
    app.add_node(Note)
