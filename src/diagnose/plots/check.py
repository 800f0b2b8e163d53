"""The one check at the door of every output: only a publication may be shown."""

from __future__ import annotations

from diagnose.disclosure.publication import Publication


def check_publication(value: object) -> Publication:
    """Return `value` when it is a Publication.

    Raises
    ------
    TypeError
        Anything else: answers, scores and diagnoses have not passed disclosure
        control and are never drawn or written.
    """
    if not isinstance(value, Publication):
        raise TypeError(
            f"`publication` must be a Publication; got {type(value).__name__}. "
            "Only what passed `diagnose.publish` may be drawn or reported."
        )
    return value
