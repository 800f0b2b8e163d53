import numpy as np
import pytest

from diagnose.disclosure import derivable_groups

# Atoms: A women, A men, B women, B men, C women, C men (4, 2, 5, 6, 3, 8 people).
PUBLISHED = np.array(
    [
        [1, 1, 1, 1, 1, 1],  # everybody, 28
        [0, 0, 1, 1, 0, 0],  # team B, 11
        [0, 0, 0, 0, 1, 1],  # team C, 11
        [1, 0, 1, 0, 1, 0],  # women, 12
        [0, 1, 0, 1, 0, 1],  # men, 16
        [0, 0, 1, 0, 0, 0],  # women of B, 5
        [0, 0, 0, 1, 0, 0],  # men of B, 6
        [0, 0, 0, 0, 0, 1],  # men of C, 8
    ]
)


def test_three_small_groups_follow_from_cells_that_all_pass_the_threshold():
    women_a, men_a, women_c = np.eye(6)[[0, 1, 4]]

    derived = derivable_groups(PUBLISHED, np.array([women_a, men_a, women_c]))

    assert derived.tolist() == [True, True, True]


def test_without_team_by_gender_they_do_not_follow():
    assert not derivable_groups(PUBLISHED[:5], np.eye(6)).any()


def test_it_agrees_with_the_rank_on_random_systems(rng):
    for _ in range(50):
        published = rng.integers(0, 2, size=(rng.integers(1, 6), 7)).astype(float)
        groups = rng.integers(0, 2, size=(10, 7)).astype(float)
        rank = np.linalg.matrix_rank(published)
        raised = [
            np.linalg.matrix_rank(np.vstack([published, group])) > rank
            for group in groups
        ]

        assert (~derivable_groups(published, groups)).tolist() == raised


def test_nothing_published_tells_nothing():
    assert not derivable_groups(np.zeros((0, 3)), np.eye(3)).any()


def test_other_atoms_are_refused():
    with pytest.raises(ValueError, match=r"6 atoms and `candidates` 3"):
        derivable_groups(PUBLISHED, np.eye(3))
