"""Nodes with one mechanism broken each: the checker must notice, or it would not notice a fault of ours either.

A node applies what `CHAOS_MUTATION` names before it serves.
"""

from typing import Final

from chaos import app_mutations, redis_mutations
from chaos.mutation import Mutation

MUTATIONS: Final[dict[str, Mutation]] = {**app_mutations.mutation, **redis_mutations.mutation}
"""By name."""
