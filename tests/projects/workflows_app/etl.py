import luigi
from prefect import flow, task


class Fetch(luigi.Task):
    day = luigi.DateParameter()

    def requires(self):
        return []

    def output(self):
        return luigi.LocalTarget(self.named())

    def run(self):
        return self.fetched()

    def named(self):
        return "out"

    def fetched(self):
        return None

    def refetched(self):  # expect: unreached
        return None


@task
def clean(rows):
    return trimmed(rows)


@task(retries=2)
def clean_twice(rows):  # expect: unreached
    return trimmed(rows)


def trimmed(rows):
    return rows


@flow
def nightly():
    clean([])


if __name__ == "__main__":
    luigi.run()
