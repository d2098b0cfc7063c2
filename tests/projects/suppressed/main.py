"""Suppressions: each silences what it names; one that silences nothing is a finding itself."""

from suppressed_jobs import payroll

# auditor: keep — a plugin of ours finds it by convention  # expect: local


def spread() -> int:  # expect: unreached
    return 1


# auditor: keep — the payroll office calls it by hand
def by_hand() -> int:
    return helper()


def helper() -> int:
    return 2


def quiet() -> int:  # noqa: V103
    return 3


@print
def decorated() -> int:  # pragma: no skylos
    return 4


def listed() -> int:
    return 5


def handle_signal() -> int:
    return 6


def main() -> None:
    local = 1  # noqa: F841
    other = 2  # auditor: keep - read by a debugger
    print(payroll(), "# noqa: V103 in text silences nothing")


def twice() -> int:
    return payroll()  # noqa: F401 # expect: local


def alive() -> int:  # auditor: keep — no longer needed  # expect: local
    return twice()


if __name__ == "__main__":
    main()
    alive()
