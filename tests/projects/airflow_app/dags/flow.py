from airflow.decorators import dag, task


@task
def load(rows):
    return stored(rows)


@task.virtualenv(requirements=["pandas"])
def shape():
    return []


@task
def load_twice(rows):  # expect: unreached
    return stored(rows)


def stored(rows):
    return rows


@dag(schedule="@hourly")
def hourly():
    load(shape())


@dag(schedule="@daily")
def never_called():  # expect: unreached
    load([])


hourly()
