"""Two nodes are one server: what holds for workers of one machine holds for them."""

import pytest
from workers.test_together import (
    test_a_client_that_comes_to_another_worker_is_the_same,
    test_a_kick_and_a_resync_reach_both,
    test_a_request_takes_effect_once_whichever_worker_gets_it,
    test_everybody_is_counted_and_seen,
    test_recorded_events_of_both_have_one_order_for_all,
    test_the_newest_value_is_given_with_a_join_at_either,
    test_what_is_said_at_one_is_heard_at_the_other,
    test_what_passes_by_stays_in_its_place_among_what_is_recorded,
    test_who_must_go_goes_from_both,
)

pytestmark = [pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="module")]

__all__ = [
    "test_a_client_that_comes_to_another_worker_is_the_same",
    "test_a_kick_and_a_resync_reach_both",
    "test_a_request_takes_effect_once_whichever_worker_gets_it",
    "test_everybody_is_counted_and_seen",
    "test_recorded_events_of_both_have_one_order_for_all",
    "test_the_newest_value_is_given_with_a_join_at_either",
    "test_what_is_said_at_one_is_heard_at_the_other",
    "test_what_passes_by_stays_in_its_place_among_what_is_recorded",
    "test_who_must_go_goes_from_both",
]
