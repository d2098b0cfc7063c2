import typer

app = typer.Typer(name="reports")
monthly = typer.Typer()
yearly = typer.Typer()  # expect: unreached
app.add_typer(monthly, name="monthly")


@monthly.command()
def write():
    return collect()


@yearly.command()
def write_all():  # expect: unreached
    return collect_all()


@yearly.callback()
def prepare():  # expect: unreached
    return None


def collect():
    return []


def collect_all():  # expect: unreached
    return []
