"""Many known texts looked for in one pass over another text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\w+|[^\w\s]")


class Finder:
    """Finds whole texts, however their words are spaced.

    Parameters
    ----------
    sought : iterable of str
        What to look for; case counts.
    """

    def __init__(self, sought: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for text in dict.fromkeys(sought):
            words = tuple(_WORD.findall(text))
            if words:
                self._by_first[words[0]].append((words, text))

    def find(self, text: str) -> Iterator[str]:
        """Yield each sought text that stands in `text`, every time it does."""
        if not self._by_first:
            return
        words = _WORD.findall(text)
        for at, word in enumerate(words):
            for sought, whole in self._by_first.get(word, ()):
                if tuple(words[at : at + len(sought)]) == sought:
                    yield whole

    def __bool__(self) -> bool:
        """Tell whether anything is sought."""
        return bool(self._by_first)
