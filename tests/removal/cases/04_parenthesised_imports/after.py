from one import (
    alpha,  # speaks of alpha
    # speaks of omega
    omega,
)
from two import (beta)
from three import (
    gamma,  # last that stays
)
from five import (delta,
                  epsilon)
from six import zeta

print(alpha, omega, beta, gamma, delta, epsilon, zeta)
