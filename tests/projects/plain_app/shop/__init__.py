from .cart import Cart
from .cart import forgotten as forgotten_too
from .flow import *
