from one import (
    alpha,  # speaks of alpha
    dead,  # speaks of dead
    # speaks of omega
    omega,
)
from two import (beta, gone)
from three import (
    gamma,  # last that stays
    tail  # no comma behind it
)
from four import (
    solo,
)
from five import (delta, wrapped,
                  epsilon)
from six import zeta, \
    slashed

print(alpha, omega, beta, gamma, delta, epsilon, zeta)
